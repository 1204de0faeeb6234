"""ND301: is the first loss what chance gives?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...findings import Finding, Status, Table
from ...trainable import Batch, Trainable
from ...watch import Watch
from ..check import Check
from ..measures.chance_loss import Chance, chance


@dataclass(frozen=True)
class InitialLoss(Check):
    """## What it does
    Measures the loss of the untrained network, without regularisation, over several seeds, and
    compares it with the loss of random guessing: ln C (and the entropy of the
    class shares) for softmax, ln 2 per output for sigmoid, C - 1 for hinge, the loss of a constant
    for regression.

    ## Why it matters
    Far above chance, the first epochs are spent unlearning confident wrong predictions: weights or
    inputs are too large, or loss and targets don't fit. Below chance is just as suspicious: an
    untrained network can't know anything, so the loss is computed on something other than you
    think, or the target is among the inputs.

    ## What to do
    Too high: scale down the initial weights of the last layer, standardise inputs and targets,
    check that the loss gets what it expects (logits or probabilities, class numbers or one-hot).
    Too low: look for the target among the features, and at what the loss is given.

    ## Source
    CS231n notes, neural-networks-3, sanity checks; Karpathy 2019, A Recipe for Training Neural
    Networks, section 2. What sound weights may cost: derivation in checks/measures/chance_loss.py.
    """

    code: str = "ND301"
    name: str = "initial-loss"

    tolerance: float = 0.2  # peers agree on 0.8 to 1.5 times chance as fine; two-sided here
    low: float = 0.5  # below half of the lowest level nothing innocent is left
    high: float = 2.0  # times (chance + what sound weights cost)
    seeds: int = 5

    def measure(
        self, setup: Trainable, batch: Batch, seed: int = 0, watch: Watch | None = None
    ) -> tuple[list[float], Chance]:
        """The loss of each seed, fewer if cancelled, and the levels to compare with."""
        watch = watch or Watch()
        watch.stage("measuring the initial loss", self.seeds)
        losses: list[float] = []
        while len(losses) < self.seeds and not watch.cancelled():
            losses.append(setup.fresh(seed + len(losses)).loss(batch))
            watch.advance(len(losses))
        return losses, chance(setup.task, batch.y)

    def judge(self, losses: Sequence[float], levels: Chance, trained: bool = False) -> Finding:
        """Two-sided, by the mean over the seeds; `trained`: saved weights may know the rows."""
        if not losses:
            return self.skip("interrupted before the first measurement")
        if not levels.levels:
            told = f"{np.mean(losses):.4g}; what chance gives is not known for this loss"
            return self.skip(f"initial loss {told}")
        expected = levels.levels[0]
        least = min(level.loss for level in levels.levels)
        most = max(level.loss for level in levels.levels)
        mean = float(np.mean(losses))
        told = f"initial loss {mean:.4g}, chance gives {expected.loss:.4g} ({expected.formula})"
        finite = sum(np.isfinite(losses))
        fine, noted = most * (1 + self.tolerance), most + levels.excess
        if finite < len(losses):
            status, reason = Status.ERROR, f"not finite for {len(losses) - finite} seeds"
            told = f"initial loss is not finite for {len(losses) - finite} of {len(losses)} seeds"
        elif trained and mean <= fine:
            status, reason = Status.OK, "no worse than chance, from weights that were trained"
        elif mean < self.low * least or (mean <= 0 < least):
            status, reason = Status.ERROR, "far too low: an untrained network can't know that"
        elif mean < (1 - self.tolerance) * least:
            status, reason = Status.WARNING, "too low: an untrained network can't know that"
        elif mean <= fine:
            status, reason = Status.OK, "at the level of chance"
        elif mean <= noted:
            status, reason = Status.NOTE, "above chance, by no more than good initial weights cost"
        elif mean <= self.high * noted:
            status, reason = Status.WARNING, "too high: confident wrong answers at the start"
        else:
            status, reason = Status.ERROR, "far too high: confident wrong answers at the start"
        return self.finding(
            status,
            told if status is Status.OK or finite < len(losses) else f"{told}: {reason}",
            measured=mean,
            expected=expected.loss,
            threshold=f"{(1 - self.tolerance) * least:.4g} to {fine:.4g}, a note up to {noted:.4g}",
            source="ln C: CS231n notes; excess: Var/2 by Jensen, checks/measures/chance_loss.py",
            suggests=_suggested(status, mean, least),
            advice=_advice(status, mean, least),
            evidence=(self._table(losses, levels, status, reason),),
        )

    def _table(self, losses: Sequence[float], levels: Chance, status: Status, reason: str) -> Table:
        spread = f"{len(losses)} seeds, {min(losses):.4g} to {max(losses):.4g}"
        known = tuple((x.name, x.formula, x.loss, None, "", "") for x in levels.levels)
        mean = float(np.mean(losses))
        return Table(
            "initial loss",
            ("what", "how", "expected", "measured", "verdict", "reason"),
            (
                *known,
                ("this network, untrained", spread, levels.levels[0].loss, mean, status, reason),
            ),
        )


def _suggested(status: Status, mean: float, least: float) -> tuple[str, ...]:
    if status in (Status.OK, Status.NOTE):
        return ()
    if mean < least:
        return ("wrong_loss", "data_leak")
    return ("init_too_large", "input_not_normalised", "target_not_scaled")


def _advice(status: Status, mean: float, least: float) -> str:
    if status is Status.OK:
        return ""
    if status is Status.NOTE:
        return "a smaller output_init, such as normal(0,0.01), saves the first updates"
    if mean < least:
        return "look for the target among the features, and check what the loss is given"
    return (
        "scale inputs and targets, then the initial weights (he_normal before relu, xavier "
        "before sigmoid and tanh; a small last layer)"
    )
