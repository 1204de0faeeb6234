"""ND813: does the training step move the weights?"""

from dataclasses import dataclass

from ...findings import Finding, Status
from ...owncode import OwnCode
from .own_code_check import OwnCodeCheck


@dataclass(frozen=True)
class MovedWeights(OwnCodeCheck):
    """## What it does
    Calls the training step until the weights change, and makes a usual update beside it.

    ## Why it matters
    A loop without optimizer.step(), or one that clears the gradients between backward() and
    step(), computes everything and learns nothing.

    ## What to do
    optimizer.zero_grad(), loss.backward(), optimizer.step(), in this order.

    ## Source
    PyTorch documentation, torch.optim: taking an optimization step.
    """

    code: str = "ND813"
    name: str = "weights-not-moved"

    def judge(self, seen: OwnCode) -> Finding:
        """An error where a usual update moves them and the user's never does."""
        if seen.moved is None:
            return self.skip(
                "a usual update moves nothing either"
                if seen.own_step
                else "no step function is given: nndoctor's own moves the weights"
            )
        if seen.moved:
            return self.finding(Status.OK, "the step moves the weights")
        return self.finding(
            Status.ERROR,
            "the training step moves no weight, and a usual update does",
            threshold="some weight changes",
            suggests=("weights_not_moved",),
            advice="optimizer.zero_grad(), loss.backward(), optimizer.step(), in this order",
        )
