"""ND806: do outputs and targets have one shape where the loss compares them one by one?"""

from dataclasses import dataclass

from ...findings import Finding, Status
from ...owncode import OwnCode
from .own_code_check import OwnCodeCheck


@dataclass(frozen=True)
class TargetShape(OwnCodeCheck):
    """## What it does
    Compares the shapes of outputs and targets under losses that compare entry by entry.

    ## Why it matters
    Outputs (n, 1) and targets (n,) are broadcast to (n, n): every output is compared with every
    target, and the best answer is the mean for all rows. PyTorch only warns.

    ## What to do
    targets.unsqueeze(1), or outputs.squeeze(1).

    ## Source
    PyTorch documentation, broadcasting semantics.
    """

    code: str = "ND806"
    name: str = "target-broadcast"

    def judge(self, seen: OwnCode) -> Finding:
        """An error where they are broadcast against each other."""
        both = f"outputs {list(seen.output_shape)}, targets {list(seen.target_shape)}"
        if seen.loss in ("CrossEntropyLoss", "NLLLoss", "MultiLabelSoftMarginLoss"):
            return self.finding(Status.OK, f"{both} suit {seen.loss}")
        if seen.output_shape == seen.target_shape:
            return self.finding(Status.OK, both)
        own = seen.loss not in ELEMENTWISE
        if own and seen.whole and seen.output_shape[:-1] == seen.target_shape:
            return self.finding(Status.OK, f"{both}: a class for each place")
        return self.finding(
            Status.NOTE if own else Status.ERROR,
            f"{both}: " + ("shapes differ" if own else f"{seen.loss} compares all with all"),
            threshold="the same shape",
            suggests=() if own else ("target_broadcast",),
            advice="targets.unsqueeze(1), or outputs.squeeze(1)",
        )


ELEMENTWISE = ("MSELoss", "L1Loss", "HuberLoss", "SmoothL1Loss", "BCELoss", "BCEWithLogitsLoss")
