"""ND607: did training break?"""

from dataclasses import dataclass

from ...findings import Finding, Status, Where
from ...trace import Trace
from ..check import Check


@dataclass(frozen=True)
class BrokenRun(Check):
    """## What it does
    Looks for the first value of a training run that is not finite: its update and its layer.

    ## Why it matters
    After the first NaN every further update is NaN too: the run is over, whatever it still prints.

    ## What to do
    A smaller learning rate first (`nndoctor lr-sweep`); then the inputs' scale, and activations or
    losses that overflow.

    ## Source
    CS231n lecture 5 (2016): "cost: NaN almost always means high learning rate".
    """

    code: str = "ND607"
    name: str = "broken-run"

    def judge(self, trace: Trace) -> Finding:
        """Where it broke."""
        bad = trace.first_bad
        if bad is None:
            return self.finding(Status.OK, f"all values finite in {trace.updates} updates")
        return self.finding(
            Status.ERROR,
            f"not finite at update {bad.step}, first in {bad.layer}",
            measured=float(bad.step),
            threshold="every value finite",
            source="CS231n lecture 5 (2016)",
            where=Where(layer=bad.layer, step=bad.step),
            suggests=("learning_rate_too_high", "exploding_gradient", "input_not_normalised"),
            advice="a smaller learning rate: `nndoctor lr-sweep` finds one",
        )
