"""ND803: does the training step forget the gradients of the step before?"""

from dataclasses import dataclass

from ...findings import Finding, Status
from ...owncode import OwnCode
from .own_code_check import OwnCodeCheck


@dataclass(frozen=True)
class ClearedGradients(OwnCodeCheck):
    """## What it does
    Makes the same two updates twice from the same start, once with other gradients left over in
    the parameters behind the first, and compares what becomes of the weights. Batches whose
    gradients are added up on purpose belong to one update.

    ## Why it matters
    backward() adds to the gradients that are there. Without zero_grad() every step repeats the
    sum of all steps before, which acts like a huge momentum.

    ## What to do
    optimizer.zero_grad() before loss.backward().

    ## Source
    PyTorch documentation, Optimizer.zero_grad; asked for as a warning in pytorch issue 47175.
    """

    code: str = "ND803"
    name: str = "gradients-not-zeroed"

    def judge(self, seen: OwnCode) -> Finding:
        """An error where what was left over counts."""
        if seen.zeroed is None:
            return self.skip(
                "the step function is not finite, or its optimizer never steps"
                if seen.own_step
                else "no step function is given: nndoctor's own clears the gradients"
            )
        if seen.zeroed:
            return self.finding(Status.OK, "the step clears the gradients")
        return self.finding(
            Status.ERROR,
            "an update adds to the gradients of the update before",
            threshold="the same update whatever gradients are left over",
            suggests=("gradients_not_zeroed",),
            advice="optimizer.zero_grad() before loss.backward()",
        )
