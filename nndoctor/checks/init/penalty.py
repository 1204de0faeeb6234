"""ND302: does regularisation raise the loss by its penalty?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ...findings import Finding, Status, Table
from ...trainable import Batch, HasPenalty, Trainable
from ..check import Check


@dataclass(frozen=True)
class Rise:
    """One strength of L2: the objective, and the penalty worked out from the weights alone."""

    strength: float
    objective: float
    penalty: float


@dataclass(frozen=True)
class Penalty(Check):
    """## What it does
    Turns L2 regularisation up in steps on the untrained network. The objective must rise by
    strength/2 times the sum of squared weights, worked out here from the weights themselves.

    ## Why it matters
    If the loss does not move, the penalty never reaches the objective, and every experiment with
    regularisation is an experiment with nothing. If it rises by something else, it is counted
    twice, or over biases and batch norm too.

    ## What to do
    Check that the penalty is added to the loss that is differentiated, once, over all weights.

    ## Source
    CS231n notes, neural-networks-3, sanity checks: "increasing the regularization strength should
    increase the loss".
    """

    code: str = "ND302"
    name: str = "penalty-raises-loss"

    tolerance: float = 1e-4  # relative to the objective: sums in float32 keep about 1e-6
    strengths: tuple[float, ...] = (1e-4, 1e-2, 1.0, 1e2)

    def measure(self, setup: Trainable, batch: Batch, seed: int = 0) -> tuple[float, list[Rise]]:
        """The loss without penalty, and the objective under each strength, none if it can't say."""
        model = setup.fresh(seed)
        if not isinstance(model, HasPenalty):
            return model.loss(batch), []
        squares = _sum_of_squares(model.weights())
        rises = [Rise(s, model.objective(batch, s), s / 2 * squares) for s in self.strengths]
        return model.objective(batch, 0.0), rises

    def judge(self, base: float, rises: Sequence[Rise]) -> Finding:
        """Every rise must be the penalty."""
        if not rises:
            return self.skip("this model can't be asked for its objective under a penalty")
        if not np.isfinite(base):
            return self.skip(f"the loss without penalty is {base}, so no rise can be measured")
        rows = tuple(
            (r.strength, r.penalty, r.objective - base, r.objective, self._status(base, r))
            for r in rises
        )
        status = max((row[-1] for row in rows), key=lambda s: s.severity)
        table = Table(
            "regularisation turned up",
            ("L2 strength", "expected rise", "measured rise", "objective", "verdict"),
            rows,
            f"the loss without penalty is {base:.4g}",
        )
        top = rises[-1]
        if top.penalty == 0 and status is Status.OK:
            return self.finding(
                Status.NOTE, "all weights are zero, so no penalty can show", evidence=(table,)
            )
        told = (
            f"L2 {top.strength:g} adds {top.objective - base:.4g}, its penalty is {top.penalty:.4g}"
        )
        return self.finding(
            status,
            told,
            measured=top.objective - base,
            expected=top.penalty,
            threshold=f"equal to {self.tolerance:g} of the objective",
            source="CS231n notes, neural-networks-3",
            advice="" if status is Status.OK else "add the penalty once, over all weights",
            evidence=(table,),
        )

    def _status(self, base: float, rise: Rise) -> Status:
        gap = abs(rise.objective - base - rise.penalty)
        fine = gap <= self.tolerance * max(abs(base), rise.penalty) < np.inf
        return Status.OK if fine else Status.ERROR


def _sum_of_squares(weights: Mapping[str, np.ndarray]) -> float:
    return float(sum(np.square(w, dtype=np.float64).sum() for w in weights.values()))
