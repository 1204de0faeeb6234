"""ND210: does a bias stand before a batch norm that takes it away?"""

from dataclasses import dataclass

from ...findings import Finding, Status
from ...trainable import LayerPlan
from ..measures.design import Design
from .setup_check import Fault, SetupCheck, listed


@dataclass(frozen=True)
class NormBias(SetupCheck):
    """## What it does
    Looks for layers that add a bias right before a batch norm.

    ## Why it matters
    Batch norm subtracts the mean of each unit, and the bias with it: its gradient is 0 and it never
    learns. It only wastes parameters; beta, after the norm, does its job.

    ## What to do
    bias = false in that layer, which is the default there.

    ## Source
    Ioffe and Szegedy 2015, arXiv 1502.03167, section 3.2.
    """

    code: str = "ND210"
    name: str = "bias-before-norm"

    def skips(self, design: Design) -> str:
        """Only batch norm takes a bias away."""
        some = any(layer.norm == "batch_norm" for layer in design.plan.layers)
        return "" if some else "there is no batch norm"

    def measure(self, design: Design) -> tuple[LayerPlan, ...]:
        """All layers."""
        return design.plan.layers

    def judge(self, layers: tuple[LayerPlan, ...]) -> Finding:
        """A note: it is only idle."""
        idle = [x.name for x in layers if x.norm == "batch_norm" and x.bias]
        told = f"the bias of {listed(idle)} is cancelled by the batch norm that follows"
        faults = [Fault(Status.NOTE, told, (), "bias = false there", idle[0])] if idle else []
        return self.answer(
            faults,
            "no bias before a batch norm",
            measured=float(len(idle)),
            expected=0.0,
            threshold="none",
            source="Ioffe and Szegedy 2015, section 3.2",
        )
