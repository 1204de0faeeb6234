"""ND217: does dropout leave enough?"""

from dataclasses import dataclass

from ...findings import Finding, Status
from ...trainable import LayerPlan
from ..measures.design import Design
from .setup_check import Fault, SetupCheck, listed

CAUSES = ("dropout_too_high",)


@dataclass(frozen=True)
class Dropout(SetupCheck):
    """## What it does
    Looks for dropout on the last layer and for rates of 0.8 and more, and works out how often all
    units of some layer are dropped at once: rate ^ units.

    ## Why it matters
    Dropped outputs are predictions thrown away: the loss compares zeros with the targets. With four
    fifths dropped, noise outweighs the signal. Where a whole layer is dropped, a row teaches
    nothing, and small layers are dropped often: two units at 0.5 for a quarter of the rows.

    ## What to do
    dropout = 0.5 at most, in wide hidden layers only; none on the last.

    ## Source
    Srivastava et al. 2014, Dropout, JMLR 15: 0.5 for hidden units, 0.2 for inputs, and wider
    layers to make up for it. Measured on four tables: 0.8 costs 1 to 30 points, 0.9 up to 50.
    """

    code: str = "ND217"
    name: str = "dropout"

    heavy: float = 0.8
    noted: float = 0.6  # above every share that Srivastava et al. recommend
    lost: float = 0.1  # share of the rows that find a layer all dropped

    def skips(self, design: Design) -> str:
        """Without dropout there is nothing to ask."""
        none = all(x.dropout == 0 for x in design.plan.layers)
        return "there is no dropout" if none else ""

    def measure(self, design: Design) -> tuple[LayerPlan, ...]:
        """All layers."""
        return design.plan.layers

    def judge(self, layers: tuple[LayerPlan, ...]) -> Finding:
        """Last layer, share, and what is lost together."""
        heavy = [x.name for x in layers if not x.is_output and not x.dropout < self.heavy]
        some = [x.name for x in layers if not x.is_output and self.noted <= x.dropout < self.heavy]
        last = [x for x in layers if x.is_output and x.dropout > 0]
        kept = 1.0
        for layer in layers:
            kept *= 1.0 if layer.is_output else 1 - layer.dropout**layer.units
        faults = []
        if last:
            told = f"dropout {last[0].dropout:g} on the last layer zeroes predictions"
            faults.append(Fault(Status.WARNING, told, CAUSES, "none on the last layer", "output"))
        for names, status in ((heavy, Status.WARNING), (some, Status.NOTE)):
            if names:
                told = f"{self.heavy:.0%} or more of {listed(names)} is dropped"
                if status is Status.NOTE:
                    told = f"{self.noted:.0%} or more of {listed(names)} is dropped"
                faults.append(Fault(status, told, CAUSES, "dropout = 0.5 at most", names[0]))
        if not 1 - kept < self.lost:
            told = f"for {1 - kept:.0%} of the rows all units of some layer are dropped"
            advice = "wider layers, or no dropout in narrow ones"
            faults.append(Fault(Status.WARNING, told, (*CAUSES, "capacity_too_small"), advice))
        top = max(x.dropout for x in layers)
        return self.answer(
            faults,
            f"dropout up to {top:g}",
            measured=top,
            threshold=f"a warning from {self.heavy:g} on, on the last layer, or where a layer is "
            f"all dropped in {self.lost:.0%} of the rows; a note from {self.noted:g} on",
            source="Srivastava et al. 2014",
        )
