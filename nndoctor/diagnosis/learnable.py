"""Whether anything can be learned from the rows at all, and what it means where nothing can."""

import math
from collections.abc import Sequence

import numpy as np

from ..comparison import ALPHA, LOOKS, chance_of_f, level
from ..findings import Verdict
from ..trainable import Array
from .causes import CAUSES
from .diagnosis import Diagnosis
from .evidence import MARGIN, Evidence
from .naming import causes_of, suspected_only
from .records import NamedCause
from .references import Reference, best, within_training
from .status import Status
from .subject import Part, Subject, Tabular
from .wording import METRICS

CHANCE = 0.05
DEVIATIONS, HINT = 3.0, 1.5  # of luck: from where something is learned, and where it may be
MAJORITY = 0.9
RARE = 10  # rows of all other classes together, below which nothing can be said of them
MEMORISED = 0.5  # score on training rows from which on a network has memorised them
TELLING = 0.01  # the chance of targets without any bond to their inputs, over all columns together
EDGE = 1.1  # times the largest eigenvalue of noise


def beats_chance(
    subject: Subject, reference: Reference, held: bool, deviations: float = DEVIATIONS
) -> bool:
    """Whether its mean score can't be luck: beside the deviation of a correlation of nothing.

    Several seeds look at the same rows, so that they can't tell more than all rows do, nor rows of
    one group that share their target more than one of them.
    """
    scores = reference.arm.scores
    if subject.kind == "regression":
        scores = np.sqrt(np.maximum(scores, 0.0))  # R^2 is the square of a correlation
    rows = subject.rows(0, Part.SEARCH)
    judged, whole = len(rows.judged_x), len(rows.judged_x) + held * len(rows.x)
    distinct = min(judged * len(scores), whole)
    few = HINT if not held and deviations == DEVIATIONS else deviations
    return float(scores.mean()) > max(CHANCE, few / math.sqrt(distinct / rows.alike))


def may_beat_chance(subject: Subject, references: Sequence[Reference], held: bool) -> bool:
    """Whether more seeds may decide."""
    hint = beats_chance(subject, best(references), held, HINT)
    return hint or (held and could_learn(subject, references) is not None)


def could_learn(subject: Subject, references: Sequence[Reference]) -> float | None:
    """The R^2 up to which the best of references may learn, where that is more than the margin.

    What learns nothing has an R^2 below 0, which counts as 0, on nearly any rows; few rows of what
    can be learned show it on some seeds and not on others. The correlation of classes scatters
    around 0 where nothing is learned, so that as many rows rule out no small one.
    """
    several = [one for one in references if len(one.arm.scores) > 1]
    if subject.kind != "regression" or not several:
        return None
    one = best(several).arm
    seen, alpha = level(one, subject.between(Part.SEARCH)), LOOKS.get(len(one.scores), ALPHA)
    return None if seen.excludes(MARGIN, alpha) else min(seen.upper(alpha), 1.0)


def data_verdict(
    subject: Subject, references: Sequence[Reference], evidence: Evidence, held: bool
) -> Diagnosis:
    """No reference beats chance: the data are the finding, in its readings."""
    certain = [one for one in suspected_only(evidence) if one.status is Status.CERTAIN]
    known = causes_of(certain)
    rows = subject.rows(0, Part.SEARCH)
    inside = max(
        (float(np.mean(one.train_scores)) for one in references if one.network), default=0.0
    )
    outside = max(one.score for one in references)
    metric = METRICS[subject.kind][0]
    if "degenerate_labels" in known:
        sentence = "all targets are the same, so there is nothing to learn"
        return Diagnosis(Verdict.SICK, sentence, causes=tuple(certain))
    if not held:
        sentence = f"{len(rows.x)} rows are too few to tell learning from luck"
        if certain:
            return Diagnosis(Verdict.SICK, sentence, causes=tuple(certain))
        cause = _reading("too_little_data", (sentence,))
        return Diagnosis(Verdict.UNDECIDED, sentence, causes=(cause,))
    bound = math.sqrt(max(outside, 0.0)) if subject.kind == "regression" else outside
    if rows.alike > 1 and bound > max(CHANCE, DEVIATIONS / math.sqrt(len(rows.judged_x))):
        sentence = (
            "rows of one group share their target, and these groups are too few to tell learning "
            f"from luck: the best reference model scores {metric} {outside:.2f} on held-out groups"
        )
        cause = _reading("too_little_data", (sentence,))
        return Diagnosis(Verdict.UNDECIDED, sentence, causes=(*certain, cause))
    seen = f"reference networks score {metric} {inside:.2f} on training rows"
    seen += f", but no reference model scores more than {outside:.2f} on held-out rows"
    top = _majority(subject.kind, rows.y)
    why = (
        seen,
        *(
            (f"predicting the majority class is right for {top:.0%} of the rows",)
            if top > MAJORITY
            else ()
        ),
    )
    if top > MAJORITY and (rare := _rare(rows.y)) < RARE and not certain:
        sentence = f"only {rare} rows do not belong to the largest class: too few to learn from"
        both = ("class_imbalance", "too_little_data")
        causes = tuple(_reading(one, why) for one in both)
        return Diagnosis(Verdict.UNDECIDED, sentence, causes=causes)
    if inside < MEMORISED and top <= MAJORITY and not certain:
        sentence = (
            f"no reference model fits these rows: networks score {metric} {inside:.2f} even on "
            "training rows, so nothing can be said about the recipe"
        )
        return Diagnosis(
            Verdict.UNDECIDED, sentence, causes=(_reading("input_uninformative", (seen,)),)
        )
    if not certain and (inner := _holds_within(subject, rows, bound)) is not None:
        sentence = (
            "what is learned from some of the training rows holds on others of them, and not on "
            "these held-out rows, so nothing can be said about the recipe"
        )
        other = f"on a quarter of the training rows, by the rest of them, it scores {inner:.2f}"
        cause = _reading("train_test_mismatch", (seen, other))
        return Diagnosis(Verdict.UNDECIDED, sentence, causes=(cause,))
    if top <= MAJORITY and not certain and (bond := bond_of(subject.kind, rows)) > CHANCE:
        sentence = (
            f"single inputs correlate with the target beyond chance (rank correlation {bond:.2f}), "
            f"but no reference model learns enough from {len(rows.x)} rows to do well on others"
        )
        cause = _reading("too_little_data", (seen,))
        return Diagnosis(Verdict.UNDECIDED, sentence, causes=(cause,))
    if not certain and (could := could_learn(subject, references)) is not None:
        sentence = (
            f"{len(rows.x)} rows are too few to tell learning from luck: the best reference model "
            f"scores {metric} {outside:.2f} on held-out rows, and it could be up to {could:.2f}"
        )
        cause = _reading("too_little_data", (seen,))
        return Diagnosis(Verdict.UNDECIDED, sentence, causes=(cause,))
    readings = [one for one in _readings(rows.x, inside, top, known) if one not in known]
    causes = (*certain, *(_reading(one, why) for one in readings))
    return Diagnosis(Verdict.SICK, _sentence(known), causes=causes)


def _holds_within(subject: Subject, rows: Tabular, outside: float) -> float | None:
    """The score of a simple model among training rows, where it is more than luck above `outside`,
    a correlation on held-out ones: these are of another time, another place or another file."""
    score, judged = within_training(subject, rows)
    inside = math.sqrt(max(score, 0.0)) if subject.kind == "regression" else score
    if not judged:
        return None
    luck = DEVIATIONS * math.sqrt(rows.alike * (1 / judged + 1 / len(rows.judged_x)))
    return score if inside - max(outside, 0.0) > max(CHANCE, luck) else None


def uninformative(subject: Subject, references: Sequence[Reference]) -> tuple[NamedCause, ...]:
    """The reading where references beat chance, and by next to nothing."""
    metric, most = METRICS[subject.kind][0], max(one.score for one in references)
    seen = f"no reference model scores more than {metric} {most:.2f}"
    return (_reading("input_uninformative", (seen,)),)


def _reading(cause: str, why: tuple[str, ...]) -> NamedCause:
    return NamedCause(cause, Status.SUSPECTED, why=why, advice=CAUSES[cause].treatment)


def _sentence(known: set[str]) -> str:
    if "train_test_mismatch" in known:
        return "what is learned from the training rows does not hold on these held-out rows"
    return (
        "no reference model learns anything from these rows that holds on others: random or "
        "shuffled labels, or inputs that do not predict them"
    )


def _readings(x: Array, memorised: float, top: float, known: set[str]) -> list[str]:
    """The likeliest first: inputs that hang together once belonged to some other target."""
    if known & {"train_test_mismatch", "conflicting_labels", "constant_features"}:
        return []  # that explains it
    if top > MAJORITY:
        return ["class_imbalance", "input_uninformative"]
    if memorised >= MEMORISED and structured(x):
        return ["labels_shuffled", "labels_random"]
    return ["labels_random"]


def structured(x: Array) -> bool:
    """Whether columns [B, D] vary together more than independent noise of this shape does.

    The largest eigenvalue of their correlations against the edge (1 + sqrt(D / B))^2 of
    Marchenko & Pastur 1967; one column alone always counts.
    """
    columns = x[:, x.std(axis=0) > 0].astype(np.float64)
    rows, count = columns.shape
    if count < 2 or rows < 3:
        return True
    largest = float(np.linalg.eigvalsh(np.corrcoef(columns, rowvar=False))[-1])
    return largest > EDGE * (1 + math.sqrt(count / rows)) ** 2


def bond_of(kind: str, rows: Tabular) -> float:
    """The largest rank correlation of a column with a target that is beyond chance, else 0.

    Of classes it is the correlation ratio. F tests of the ranks, the chance divided by the number
    of pairs (Bonferroni): a bond that no model makes use of on held-out rows, since there are too
    few, still rules out that targets were drawn by lot. Rows of one group count as one.
    """
    import pandas as pd
    from sklearn.feature_selection import f_classif, f_regression

    x = np.concatenate([rows.x, rows.judged_x])
    y = np.concatenate([rows.y, rows.judged_y]).reshape(len(x), -1)
    ranks = pd.DataFrame(x[:, x.std(axis=0) > 0]).rank().to_numpy()
    targets = [one for one in y.T if one.min() < one.max()]
    if not ranks.size or not targets:
        return 0.0
    numbers, pairs, found = kind == "regression", ranks.shape[1] * len(targets), 0.0
    with np.errstate(all="ignore"):  # F is infinite where one column is the target
        for one in targets:
            groups = 2 if numbers else len(np.unique(one))
            f, chance = (
                f_regression(ranks, pd.Series(one).rank()) if numbers else f_classif(ranks, one)
            )
            share = 1 / (1 + (len(x) - groups) / (f * (groups - 1)))
            if rows.alike > 1:
                free = len(x) / rows.alike - groups
                single = free * share / ((groups - 1) * (1 - share))
                chance = chance_of_f(single, groups - 1, free)
            beyond = np.where(chance * pairs < TELLING, share, 0.0)
            found = max(found, math.sqrt(beyond.max()))
    return found


def _rare(y: Array) -> int:
    """Rows of all classes but the largest."""
    return len(y) - int(np.unique(y, return_counts=True)[1].max())


def _majority(kind: str, y: Array) -> float:
    if kind != "classification":
        return 0.0
    return float(np.unique(y, return_counts=True)[1].max() / len(y))
