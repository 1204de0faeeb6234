"""ND808: is each row answered whatever the rows beside it are?"""

from dataclasses import dataclass

from ...findings import Finding, Status
from ...owncode import OwnCode
from .own_code_check import OwnCodeCheck


@dataclass(frozen=True)
class RowIndependence(OwnCodeCheck):
    """## What it does
    Exchanges half of the rows of a batch in evaluation mode, and looks whether the answers to the
    others change.

    ## Why it matters
    A reshape that mixes rows, a softmax or a mean over the wrong dimension or batch_first
    forgotten lets rows see each other. The loss may fall all the same, and single predictions are
    wrong.

    ## What to do
    Look at view, reshape, transpose and dim= in the forward method: rows are dimension 0.

    ## Source
    Karpathy 2019, A Recipe for Training Neural Networks: use backprop to chart dependencies.
    """

    code: str = "ND808"
    name: str = "rows-mixed"

    mixed: float = 1e-3  # of the spread of outputs: another order of sums changes less

    def judge(self, seen: OwnCode) -> Finding:
        """An error where they do."""
        facts = {"measured": seen.mixing, "threshold": f"below {self.mixed:g} of the spread"}
        if not seen.noise <= self.mixed:
            return self.skip("the model answers differently each time, so this can't be seen")
        if seen.mixing <= self.mixed:
            return self.finding(Status.OK, "rows are answered one by one", **facts)
        return self.finding(
            Status.ERROR,
            "answers change with the other rows of the batch, by "
            f"{seen.mixing:.2g} of their spread",
            **facts,
            suggests=("rows_mixed",),
            advice="look at view, reshape, transpose and dim= in forward: rows are dimension 0",
        )
