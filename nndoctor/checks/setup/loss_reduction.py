"""ND211: does a summed loss multiply the learning rate?"""

from dataclasses import dataclass

from ...findings import Finding, Status
from ..measures.design import Design
from ..measures.unit_kinds import MOMENTUMS
from .setup_check import Fault, SetupCheck


@dataclass(frozen=True)
class Sum:
    """The rate and by how much the sum multiplies it; `normed`: steps don't follow its size."""

    summed: bool
    rate: float
    factor: int
    normed: bool
    optimizer: str


@dataclass(frozen=True)
class LossReduction(SetupCheck):
    """## What it does
    Works out by how much a loss summed over a batch multiplies the gradient, and which learning
    rate that amounts to.

    ## Why it matters
    The sum over 32 rows has 32 times the gradient of the mean: plain gradient descent then steps
    32 times as far, and another batch size needs another rate. Adam and its variants divide by the
    size of the gradient and are hardly affected, but the balance with penalties and clipping
    changes, and so does the loss that is shown.

    ## What to do
    loss.reduction = "mean".

    ## Source
    Goyal et al. 2017, arXiv 1706.02677, section 2.1, on rate and batch size. A rate of 1 is where
    squared error with its curvature of 2 begins to diverge: the step may not exceed 2 / 2.
    """

    code: str = "ND211"
    name: str = "loss-reduction"

    rate: float = 1.0  # of the mean's gradient

    def measure(self, design: Design) -> Sum:
        """What the plan says of the rate."""
        plan = design.plan
        return Sum(
            design.task.reduction == "sum",
            plan.rate,
            plan.batch_size,
            plan.optimizer not in MOMENTUMS,
            plan.optimizer,
        )

    def judge(self, seen: Sum) -> Finding:
        """A warning where the steps become too long, a note where only the meaning changes."""
        factor = seen.factor if seen.summed else 1
        effective, faults = seen.rate * factor, []
        if seen.summed:
            told = f"the sum over {factor} rows multiplies the gradient of the mean by {factor}"
            told += (
                f", which hardly affects {seen.optimizer}"
                if seen.normed
                else (f": a learning rate of {seen.rate:g} acts like {effective:g}")
            )
            calm = seen.normed or effective < self.rate
            causes = (
                ("loss_reduction_sum",)
                if calm
                else ("loss_reduction_sum", "learning_rate_too_high", "exploding_gradient")
            )
            status = Status.NOTE if calm else Status.WARNING
            faults.append(Fault(status, told, causes, 'loss.reduction = "mean"'))
        return self.answer(
            faults,
            "the loss is a mean over rows",
            measured=effective,
            threshold=f"a warning where plain steps act like a rate of {self.rate:g} or more",
            source="Goyal et al. 2017, arXiv 1706.02677, section 2.1",
        )
