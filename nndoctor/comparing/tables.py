"""What a contest says, as tables, curves and one sentence."""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from ..comparison import Difference, Split
from ..diagnosis.subject import Part
from ..findings import Curves, Series, Table
from .contest import POINTS, Contest, Trained
from .ranking import Standing

SCORES = {
    "classification": "Matthews correlation",
    "multilabel": "Matthews correlation, mean over the labels",
    "regression": "R^2",
}
SPREAD = 20.0  # from the lowest to the highest loss, above which a curve needs a log scale
FEW_SEEDS = 5  # with fewer, t has so wide tails that next to nothing is shown
DECIMALS = 4  # of a mean score, whose interval has three
NAMED = 4  # set-ups that a sentence names


def metric(contest: Contest) -> str:
    """What the scores are called."""
    return SCORES[contest.trained[0].variant.subject.kind]


def score_table(contest: Contest, name: str = "scores") -> Table:
    """Ranks, scores, and what is shown of the differences to the best."""
    subject, pairs = contest.trained[0].variant.subject, math.comb(len(contest.trained), 2)
    together = f"over all {pairs} pairs together" if pairs > 1 else "for the pair"
    caption = (
        f"{metric(contest)}, 0 is guessing or worse and 1 perfect, on {subject.judged_on}, mean "
        f"of {contest.seeds} seeds that are the same for all. Each interval holds 95 % on its own; "
        f"what is better or worse, and the ranks that follow, hold at 5 % {together} (Holm)"
    )
    if any(_hidden(standing) for standing, _ in contest.ranked):
        more = f"--seeds {2 * contest.seeds}"
        caption += f". So an interval may lie above 0 where no difference is shown: {more}"
    if subject.between(Part.SEARCH).split is Split.TRAINING:
        caption += ". Too few rows to hold any out: this says nothing of other rows"
    columns = ("rank", "score", "95 % interval", "against the best", "below best", "95 % interval")
    rows = tuple(
        (
            one.variant.name,
            _ranks(standing),
            round(standing.score.mean, DECIMALS),
            interval(standing.score, 0.0, 1.0),
            _word(standing, one) if place else "the best",
            round(standing.behind.mean, DECIMALS),
            interval(standing.behind) if place else "",
        )
        for place, (standing, one) in enumerate(contest.ranked)
    )
    return Table(name, (_column(contest), *columns), rows, caption)


def cost_table(contest: Contest, name: str = "cost") -> Table:
    """What each score costs."""
    rows = tuple(
        (
            one.variant.name,
            round(standing.score.mean, DECIMALS),
            rounded(float(np.median(one.seconds))),
            one.updates,
            one.variant.parameters,
        )
        for standing, one in contest.ranked
    )
    caption = "seconds of one processor: the median of the runs, and rough"
    columns = ("score", "seconds a run", "updates", "parameters")
    return Table(name, (_column(contest), *columns), rows, caption)


def curves(contest: Contest, name: str = "loss on training batches") -> list[Curves]:
    """The losses of all set-ups over their runs; none where they minimise different losses."""
    losses = {one.variant.subject.plain.trainable.task.loss for one in contest.trained}
    if len(losses) > 1:
        return []
    share = tuple(100.0 * (part + 0.5) / POINTS for part in range(POINTS))
    return [
        joined(
            name,
            share,
            {one.variant.name: tuple(one.losses().tolist()) for _, one in contest.ranked},
            "% of the run",
            "loss",
        )
    ]


def joined(
    name: str,
    x: Sequence[float],
    by_name: Mapping[str, Sequence[float]],
    x_label: str,
    y_label: str,
    log_x: bool = False,
) -> Curves:
    """Several curves over one x, which may end before it does; a log scale where they spread."""
    finite = [y for values in by_name.values() for y in values if math.isfinite(y)]
    wide = bool(finite) and 0 < SPREAD * min(finite) < max(finite)
    lines = tuple(
        Series(one, tuple(x)[: len(y)], tuple(y), x_label, y_label, log_x=log_x, log_y=wide)
        for one, y in by_name.items()
    )
    return Curves(name, lines)


def answer(contest: Contest) -> str:
    """Which set-up does best, and from which it can't be told apart."""
    (first, best), *rest = contest.ranked
    if first.broken:
        return f"every set-up was lost: {_listed([best])} had {_lost(best)}"
    level = [one for standing, one in rest if not standing.worse]
    worse = [one for standing, one in rest if standing.worse and not standing.broken]
    lost = [one for standing, one in rest if standing.broken]
    if level and all(standing.ranks == (1, len(contest.ranked)) for standing, _ in contest.ranked):
        least = min(standing.score.mean for standing, _ in rest)
        which = "the two" if len(rest) == 1 else "any of them"
        few = f"; {contest.seeds} seeds show little: --seeds 5" * (contest.seeds < FEW_SEEDS)
        return f"no difference shown between {which} ({least:.3f} to {first.score.mean:.3f}){few}"
    parts = [f"no difference shown to {_listed(level)}"] if level else []
    if worse:
        parts.append(f"{'' if level else 'shown to be '}better than {_listed(worse)}")
    told = f"{best.variant.name} scores {first.score.mean:.3f}, {' but '.join(parts)}"
    if not worse and not lost:
        told += "; differences are shown among the others"
    return told.removesuffix(", ") + (f"; runs lost under {_listed(lost)}" if lost else "")


def interval(one: Difference, least: float = -math.inf, most: float = math.inf) -> str:
    """Its ends within what can be; nothing where nothing is known."""
    low, high = one.interval()
    if not (math.isfinite(low) and math.isfinite(high)):
        return "unknown"
    return f"{max(low, least):.3f} to {min(high, most):.3f}"


def rounded(value: float) -> float:
    """To two digits, for times are rough."""
    return float(f"{value:.2g}")


def _column(contest: Contest) -> str:
    return " / ".join(column for column, _ in contest.trained[0].variant.names)


def _hidden(standing: Standing) -> bool:
    """Whether its distance to the best would show if it were the only pair."""
    return not standing.worse and not standing.broken and standing.behind.interval()[0] > 0


def _ranks(standing: Standing) -> str:
    best, worst = standing.ranks
    return str(best) if best == worst else f"{best} to {worst}"


def _word(standing: Standing, one: Trained) -> str:
    if standing.broken:
        return _lost(one)
    return "worse" if standing.worse else "no difference shown"


def _lost(one: Trained) -> str:
    """How many runs broke, and how."""
    count, broken = len(one.runs), [run for run in one.runs if run.broken]
    nan = sum(run.diverged for run in broken)
    ends = [f"{nan} of {count} runs: NaN"] if nan else []
    if len(broken) > nan:
        ends.append(f"{len(broken) - nan} of {count} runs exploded")
    return ", ".join(ends)


def _listed(trained: Sequence[Trained]) -> str:
    names = [one.variant.name for one in trained]
    if len(names) > NAMED:
        return f"{len(names)} others"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
