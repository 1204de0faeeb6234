"""What speaks for a cause before any experiment: findings, the recipe itself, the run as it was."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from ..checks import TRAINED_LAYERS, UNTRAINED_LAYERS
from ..checks.layers.broken_run import BrokenRun
from ..findings import Finding, Status
from ..setup import Setup
from .causes import CAUSES
from .changes import runnable
from .decisions import LOW
from .trial import Outcome, Patient

VANISHING = 1e-2  # gradient norm of the first over that of the last hidden layer
STILL = 0.1  # relative distance moved below which training has hardly begun
FEW_UPDATES = 100
LATE_GAIN = 0.05  # of the final score in the last quarter of the looks: it was still learning
KNOWN = 0.75  # score on training rows from which on they are known by heart
OVERFIT = 0.1  # score lost between the best look and the end
OFTEN = 0.3  # share of seeds from which on a finding counts

# Equal hidden weights stand in the recipe, and nothing else does to the network what they do.
STATED = {"init_constant"}
# Whose errors mean that training can't do what it is for, whatever a run on these rows shows; what
# ND201 to ND204 warn of contradicts itself as well.
CONTRADICTORY = {
    "wrong_loss", "wrong_output_units", "labels_wrong_encoding", "wrong_output_activation",
    "missing_output_activation", "double_softmax", "degenerate_labels", "missing_hidden_activation",
    "gradient_sign_flipped", "target_broadcast",
}  # fmt: skip
# What helps many a set-up whatever ails it: tested last, and told only if nothing specific helps.
UNIVERSAL = {
    "capacity_too_small", "wrong_optimizer", "too_few_epochs", "learning_rate_too_high",
    "learning_rate_too_low", "exploding_gradient", "vanishing_gradient", "overfitting",
    "dead_relu", "batch_size_too_large", "batch_size_too_small", "saturated_activation",
}  # fmt: skip
LAST_RESORT = {"capacity_too_small", "wrong_optimizer", "exploding_gradient"}
# Each keeps the parameters where they are: which of them it was, the recipe and an experiment say.
SLOWING = (
    "gradient_clipping_too_tight", "optimizer_epsilon_bad", "schedule_decays_too_fast",
    "early_stopping_too_early", "over_regularised",
)  # fmt: skip
# What a recipe states of its own accord and could leave out.
STATEMENTS = {
    "gradient_clipping_too_tight", "optimizer_epsilon_bad", "schedule_decays_too_fast",
    "momentum_too_high", "early_stopping_too_early", "over_regularised", "dropout_too_high",
    "init_constant", "init_too_large", "init_too_small", "wrong_hidden_activation",
    "loss_reduction_sum", "unshuffled_data",
}  # fmt: skip
LOUD = ("ND201", "ND202", "ND203", "ND204")


class Level(IntEnum):
    """How much speaks for a cause before it is tested."""

    GENERIC = 0
    WEAK = 1
    STRONG = 2
    CONTRADICTION = 3


@dataclass(frozen=True)
class Suspicion:
    """One cause, what speaks for it in words, and the codes of the findings that do."""

    cause: str
    level: Level
    why: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()

    @property
    def order(self) -> float:
        """Larger is tested and told earlier, all else equal: what stands out in this recipe."""
        last = self.cause in LAST_RESORT and self.level is Level.GENERIC
        specific = self.cause not in UNIVERSAL and self.level >= Level.WEAK
        return self.level + CAUSES[self.cause].prior + 0.5 * specific - last


def layer_findings(outcomes: Sequence[Outcome]) -> list[Finding]:
    """What the checks of layers and of whole runs say, as bad as at least 30 % of the seeds."""
    seen = [one.inside for one in outcomes if one.inside is not None]
    if not seen:
        return []
    by_check = [
        *([check.judge(one.before) for one in seen] for check in UNTRAINED_LAYERS),
        *([check.judge(one.after, one.before) for one in seen] for check in TRAINED_LAYERS),
        [BrokenRun().judge(one.trace) for one in seen],
    ]
    at = int(OFTEN * len(seen))
    return [sorted(found, key=lambda f: -f.status.severity)[at] for found in by_check]


def from_findings(findings: Iterable[Finding]) -> list[Suspicion]:
    """What a warning suggests first is strong, all else weak; some contradict themselves.

    A symptom (ND3xx and later) has many causes: only as an error it speaks strongly for one.
    """
    found = []
    for finding in findings:
        if finding.status not in (Status.NOTE, Status.WARNING, Status.ERROR):
            continue
        static, error = is_static(finding.code), finding.status is Status.ERROR
        warned = error or (static and finding.status is Status.WARNING)
        loud = (error and static) or (finding.code in LOUD and warned)
        for at, cause in enumerate(finding.suggests):
            level = Level.STRONG if warned and at == 0 else Level.WEAK
            if loud and at == 0 and cause in CONTRADICTORY:
                level = Level.CONTRADICTION
            if cause in CAUSES:
                found.append(Suspicion(cause, level, (finding.message,), (finding.code,)))
    return found


def is_static(code: str) -> bool:
    """Whether data and set-up alone tell it: ND1xx and ND2xx."""
    return code.startswith(("ND1", "ND2"))


def from_recipe(patient: Patient) -> list[Suspicion]:
    """Every cause whose change applies, as strong as its kind."""
    found = []
    for cause in CAUSES:
        if runnable(patient.plain, cause):
            level = Level.CONTRADICTION if cause in STATED else Level.WEAK
            found.append(Suspicion(cause, Level.GENERIC if cause in UNIVERSAL else level))
    return found


def from_runs(
    setup: Setup, outcomes: Sequence[Outcome], held: bool, share: float
) -> list[Suspicion]:
    """What gradients, distances and curves of the runs as they are say; `share`: of the score."""
    found: list[Suspicion] = []

    def tell(cause: str, level: Level, why: str) -> None:
        found.append(Suspicion(cause, level, (why,)))

    inside = [one.inside for one in outcomes if one.inside is not None]
    if sum(one.diverged for one in outcomes) > OFTEN * len(outcomes):
        if max(one.updates for one in outcomes) > 0:  # no rate was used before the first update
            tell("learning_rate_too_high", Level.STRONG, "training diverges")
        tell("exploding_gradient", Level.WEAK, "training diverges")
    elif inside:
        _from_motion(setup, outcomes, float(np.median([one.moved for one in inside])), tell)
    ratios = [one.gradients for one in inside if np.isfinite(one.gradients)]
    if ratios and (ratio := float(np.median(ratios))) < VANISHING:
        why = f"the first layer's gradient is {ratio:.1g} of the last hidden layer's"
        tell("vanishing_gradient", Level.STRONG, why)
        tell("too_deep", Level.WEAK, why)
        tell("wrong_hidden_activation", Level.WEAK, why)
    if died := sum(one.died for one in outcomes):
        why = f"a layer that was alive died in training, on {died} of {len(outcomes)} seeds"
        tell("learning_rate_too_high", Level.STRONG, why)
    inner, outer = (float(np.mean([one.score(side) for one in outcomes])) for side in (False, held))
    if inner > KNOWN and share < LOW and inner - outer > inner / 2:
        why = f"{inner:.2f} on training rows, {outer:.2f} on held-out rows"
        tell("overfitting", Level.STRONG, why)
    curves = np.array([one.curve(held) for one in outcomes])
    if len(curves[0]) > 1 and (lost := float((curves.max(1) - curves[:, -1]).mean())) > OVERFIT:
        why = f"the score ends {lost:.2f} below its best"
        tell("overfitting", Level.WEAK, why)
        tell("learning_rate_too_high", Level.WEAK, why)
    return found


def _from_motion(
    setup: Setup, outcomes: Sequence[Outcome], moved: float,
    tell: Callable[[str, Level, str], None],
) -> None:  # fmt: skip
    updates = int(np.median([one.updates for one in outcomes]))
    curve = np.mean([one.train_curve for one in outcomes], axis=0)
    rising = len(curve) > 3 and curve[-1] - curve[len(curve) * 3 // 4 - 1] > LATE_GAIN
    if moved < STILL:
        why = f"the parameters moved by {moved:.1%} of their size in {updates} updates"
        few = updates < FEW_UPDATES
        tell("too_few_epochs", Level.STRONG if few else Level.WEAK, why)
        tell("learning_rate_too_low", Level.STRONG, why)
        for cause in SLOWING:
            if runnable(setup, cause):
                tell(cause, Level.STRONG, why)
    elif updates < FEW_UPDATES:
        tell("too_few_epochs", Level.STRONG, f"only {updates} updates")
    if rising:
        tell("too_few_epochs", Level.WEAK, "the score still rises at the end")


def joined(suspicions: Iterable[Suspicion]) -> dict[str, Suspicion]:
    """One for each cause, the strongest, with all that speaks for it; the most likely first."""
    found: dict[str, Suspicion] = {}
    for one in suspicions:
        old = found.get(one.cause, Suspicion(one.cause, one.level))
        found[one.cause] = Suspicion(
            one.cause,
            max(one.level, old.level),
            tuple(dict.fromkeys((*old.why, *one.why))),
            tuple(dict.fromkeys((*old.findings, *one.findings))),
        )
    return dict(sorted(found.items(), key=lambda item: -item[1].order))
