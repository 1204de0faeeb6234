"""What speaks for a cause before any experiment: findings, the subject itself, its runs."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from ..checks.layers import TRAINED_LAYERS, UNTRAINED_LAYERS
from ..checks.layers.broken_run import BrokenRun
from ..checks.measures.portion import percent
from ..findings import Finding, Status
from .causes import CAUSES
from .evidence import MARGIN, Evidence, Kind, Level, Row
from .subject import Refused, Run, Subject
from .trials import count_lost

VANISHING = 1e-2  # gradient norm of the first over that of the last hidden layer
STILL = 0.1  # relative distance moved below which training has hardly begun
FEW_UPDATES = 100
LATE_GAIN = 0.05  # of the final score in the last quarter of the looks: it was still learning
MEMORISED = 0.75  # score on training rows from which on they are known
OFTEN = 0.3  # share of seeds from which on a finding counts
DEAD = 0.9  # of a layer's units
LOUD = ("ND201", "ND202", "ND203", "ND204")  # whose warnings are contradictions, too


def layer_findings(runs: Sequence[Run]) -> list[Finding]:
    """What the checks of layers and of whole runs say, as bad as at least 30 % of the seeds."""
    seen = [one.inside for one in runs if one.inside is not None]
    if not seen:
        return []
    by_check = [
        *([check.judge(one.before) for one in seen] for check in UNTRAINED_LAYERS),
        *([check.judge(one.after, one.before) for one in seen] for check in TRAINED_LAYERS),
        [BrokenRun().judge(one.trace) for one in seen],
    ]
    at = int(OFTEN * len(seen))
    return [sorted(found, key=lambda f: -f.status.severity)[at] for found in by_check]


def from_findings(findings: Iterable[Finding]) -> Iterator[Row]:
    """What a warning suggests first is strong, all else weak; some contradict themselves.

    A symptom (ND3xx and later) has many causes: only as an error it speaks strongly for one.
    """
    for finding in findings:
        if finding.status not in (Status.NOTE, Status.WARNING, Status.ERROR):
            continue
        static, error = is_static(finding.code), finding.status is Status.ERROR
        warned = error or (static and finding.status is Status.WARNING)
        loud = (error and static) or (finding.code in LOUD and warned)
        of_data = warned and finding.code.startswith("ND1")
        for at, name in enumerate(finding.suggests):
            if (cause := CAUSES.get(name)) is None:
                continue
            contradicts = (
                (loud and at == 0 and cause.contradiction)
                or (of_data and cause.data_alone)
                or (static and warned and cause.beside_training)
            )
            yield Row(
                name,
                Kind.CONTRADICTION if contradicts else Kind.SUSPICION,
                finding.message,
                Level.STRONG if contradicts or (warned and at == 0) else Level.WEAK,
                (finding.code,),
            )


def is_static(code: str) -> bool:
    """Whether data, set-up or own code alone tell it: ND1xx, ND2xx and ND8xx."""
    return code.startswith(("ND1", "ND2", "ND8"))


def from_subject(subject: Subject) -> Iterator[Row]:
    """Every cause whose intervention can be made: weakly, where it is not one that always can."""
    for name, cause in CAUSES.items():
        if applies(subject, name):
            if cause.stated_contradiction:
                yield Row(name, Kind.CONTRADICTION, level=Level.STRONG)
            else:
                level = Level.GENERIC if cause.universal else Level.WEAK
                yield Row(name, Kind.SUSPICION, level=level)


def applies(subject: Subject, cause: str) -> bool:
    """Whether any intervention of a cause can be made."""
    return any(not isinstance(subject.apply(one), Refused) for one in CAUSES[cause].ladder)


def from_runs(subject: Subject, runs: Sequence[Run], gap: float) -> Iterator[Row]:
    """What gradients, distances and curves of the runs as they are say; `gap`: to the reference."""
    inside = [one.inside for one in runs if one.inside is not None]
    if sum(one.broken for one in runs) > OFTEN * len(runs):
        if max(one.updates for one in runs) > 0:  # no rate was used before the first update
            yield _row("learning_rate_too_high", Level.STRONG, "training diverges")
        yield _row("exploding_gradient", Level.WEAK, "training diverges")
    elif inside:
        yield from _from_motion(subject, runs, float(np.median([one.moved for one in inside])))
    ratios = [one.gradients for one in inside if np.isfinite(one.gradients)]
    if ratios and (ratio := float(np.median(ratios))) < VANISHING:
        why = f"the first layer's gradient is {ratio:.1g} times the last hidden layer's"
        yield _row("vanishing_gradient", Level.STRONG, why)
        yield _row("too_deep", Level.WEAK, why)
        yield _row("wrong_hidden_activation", Level.WEAK, why)
    if died := sum(died_in_training(one) for one in runs):
        why = f"on {died} of {len(runs)} seeds a layer died during training"
        yield _row("learning_rate_too_high", Level.STRONG, why)
    inner = float(np.mean([one.train_score for one in runs]))
    outer = float(np.mean([one.score for one in runs]))
    learned = count_lost(runs, outer + gap) < len(runs)
    if not learned:  # what has not learned its training rows has not learned them by heart
        why = f"score {inner:.2f} on training rows: next to nothing was learned"
        yield Row("overfitting", Kind.IMPOSSIBLE, why)
    if inner > MEMORISED and gap > MARGIN and inner - outer > inner / 2:
        why = f"score {inner:.2f} on training rows, {outer:.2f} on held-out rows"
        yield _row("overfitting", Level.STRONG, why)
    curves = np.array([one.curve for one in runs])
    if len(curves[0]) > 1 and (lost := float((curves.max(1) - curves[:, -1]).mean())) > 2 * MARGIN:
        why = f"the score ends {lost:.2f} below its best"
        if learned:
            yield _row("overfitting", Level.WEAK, why)
        yield _row("learning_rate_too_high", Level.WEAK, why)


def _from_motion(subject: Subject, runs: Sequence[Run], moved: float) -> Iterator[Row]:
    updates = int(np.median([one.updates for one in runs]))
    curve = np.mean([one.train_curve for one in runs], axis=0)
    rising = len(curve) > 3 and curve[-1] - curve[len(curve) * 3 // 4 - 1] > LATE_GAIN
    if moved < STILL:
        way = percent(moved).removeprefix("less than ")
        only = "only" if way == percent(moved) else "less than"
        why = f"the weights moved by {only} {way} of their norm in {updates} updates"
        few = updates < FEW_UPDATES
        yield _row("too_few_epochs", Level.STRONG if few else Level.WEAK, why)
        yield _row("learning_rate_too_low", Level.STRONG, why)
        for name, cause in CAUSES.items():
            if cause.slows and applies(subject, name):
                yield _row(name, Level.STRONG, why)
    elif updates < FEW_UPDATES:
        yield _row("too_few_epochs", Level.STRONG, f"only {updates} updates")
    if rising:
        yield _row("too_few_epochs", Level.WEAK, "the training score is still rising at the end")


def died_in_training(run: Run) -> bool:
    """Whether a layer that had living units has hardly one left; False where none looked."""
    seen = run.inside
    if seen is None:
        return False
    before, after = (
        any(one.dead is not None and one.dead >= DEAD * one.units for one in layers)
        for layers in (seen.before, seen.after)
    )
    return after and not before


def rank(evidence: Evidence, cause: str) -> float:
    """Larger is tested and named earlier, all else equal: what stands out in this recipe."""
    known, level = CAUSES[cause], evidence.level(cause)
    contradicts = bool(evidence.of(cause, Kind.CONTRADICTION))
    specific = not known.universal and level >= Level.WEAK
    last = known.last_resort and level is Level.GENERIC
    fatal = 3 * (known.fatal and contradicts)
    return level + contradicts + known.prior + 0.5 * specific - last + fatal


def _row(cause: str, level: Level, why: str) -> Row:
    return Row(cause, Kind.SUSPICION, why, level)
