"""ND216: does the penalty on weights leave anything to learn?"""

from collections.abc import Iterator
from dataclasses import dataclass

from ...findings import Finding, Status
from ..measures.design import Design
from ..measures.unit_kinds import DECOUPLED
from .setup_check import Fault, SetupCheck

CAUSES = ("over_regularised",)


@dataclass(frozen=True)
class Strengths:
    """Penalties, against inputs of unit size; `shrink` is decoupled weight decay."""

    l1: float
    l2: float
    shrink: float
    summed: int


@dataclass(frozen=True)
class PenaltyStrength(SetupCheck):
    """## What it does
    Compares L1, L2 and weight decay with what a weight is worth. Inputs below unit scale count
    towards that: they need larger weights. Under a summed loss, penalties weigh less by the number
    of rows.

    ## Why it matters
    A weight survives only where its gradient from the data is larger than the penalty's. With
    inputs and losses of unit scale, single weights get gradients of 0.1 and less, so an l1 of 0.05
    or an l2 of 0.5 sets nearly all of them to zero: the network predicts a constant. Decoupled
    decay keeps each weight below 1 / weight_decay.

    ## What to do
    l2 = 1e-4 to 1e-2, l1 = 1e-5 to 1e-3, adamw with weight_decay = 0.01 to 0.1; turn them up once
    the network overfits.

    ## Source
    Measured on four tables with one and two hidden layers: l2 = 0.1 costs little on three, 0.3
    ruins two, 1 harms all; l1 = 0.03 ruins two, 0.1 harms all; adamw's decay of 1 is borne, 10
    harms three, 30 ruins all. L1: a weight is 0 while its gradient is smaller, Tibshirani 1996.
    Decay: Loshchilov and Hutter 2019, arXiv 1711.05101.
    """

    code: str = "ND216"
    name: str = "penalty-strength"

    l1: float = 0.05
    l2: float = 0.5
    shrink: float = 10.0
    noted: float = 0.1  # of each of them

    def measure(self, design: Design) -> Strengths:
        """Penalties over the mean square of an input, where that is below 1."""
        plan = design.plan
        square = design.inputs.variance / max(plan.layers[0].inputs, 1)
        square = min(square, 1.0) or 1.0
        decoupled = plan.optimizer in DECOUPLED
        return Strengths(
            plan.l1 / square**0.5,
            0.0 if decoupled else plan.decay / square,
            plan.decay if decoupled else 0.0,
            plan.batch_size if design.task.reduction == "sum" else 1,
        )

    def judge(self, seen: Strengths) -> Finding:
        """Each on its own."""
        faults = [
            *self._against("l1", seen.l1 / seen.summed, self.l1),
            *self._against("l2", seen.l2 / seen.summed, self.l2),
            *self._against("weight decay", seen.shrink, self.shrink),
        ]
        return self.answer(
            faults,
            f"l1 {seen.l1:.3g}, l2 {seen.l2:.3g}, weight decay {seen.shrink:.3g}",
            threshold=f"a warning from l1 {self.l1:g}, l2 {self.l2:g} or weight decay "
            f"{self.shrink:g} on, a note from {self.noted:g} of that on, for inputs of unit size",
            source="measured on four tables; Loshchilov and Hutter 2019",
        )

    def _against(self, name: str, strength: float, limit: float) -> Iterator[Fault]:
        if not strength < self.noted * limit:
            status = Status.NOTE if strength < limit else Status.WARNING
            told = f"{name} amounts to {strength:.3g} for inputs of unit scale"
            told += ": it outweighs the data" * (status is Status.WARNING)
            yield Fault(status, told, CAUSES, f"a tenth of that {name} or less")
