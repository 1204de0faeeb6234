"""ND805: are the targets of the kind and in the range that the loss expects?"""

from dataclasses import dataclass

from ...findings import Finding, Status
from ...owncode import OwnCode
from .own_code_check import OwnCodeCheck


@dataclass(frozen=True)
class TargetKind(OwnCodeCheck):
    """## What it does
    Compares range and kind of the targets with what the loss expects: 0 to 1 for the binary
    losses, class numbers from 0 on for the others, and how many outputs there are for them.

    ## Why it matters
    BCEWithLogitsLoss accepts targets of -1 and 1 or 1 and 2 without a word, and has no lower
    bound then. Outputs for classes that never occur are learnt to be silent.

    ## What to do
    Shift and scale the targets: (y + 1) / 2, y - 1; one output for each class.

    ## Source
    PyTorch documentation of the losses.
    """

    code: str = "ND805"
    name: str = "targets-for-loss"

    def judge(self, seen: OwnCode) -> Finding:
        """An error where the loss means nothing on such targets."""
        facts = {"measured": seen.high, "threshold": "targets of 0 to 1 under a binary loss"}
        span = f"{seen.low:g} to {seen.high:g}"
        if seen.loss in ("BCEWithLogitsLoss", "BCELoss") and not (seen.low >= 0 and seen.high <= 1):
            return self.finding(
                Status.ERROR,
                f"targets of {span} under {seen.loss}, which expects 0 to 1",
                **facts,
                suggests=("labels_wrong_encoding",),
                advice="0 and 1: (y + 1) / 2, or y - 1",
            )
        classes = seen.output_shape[1] if len(seen.output_shape) > 1 else 1
        if seen.loss in ("CrossEntropyLoss", "NLLLoss") and classes == 1:
            return self.finding(
                Status.ERROR,
                f"{seen.loss} over one output: its softmax is always 1",
                **facts,
                suggests=("wrong_output_units",),
                advice="one output a class, or BCEWithLogitsLoss",
            )
        unused = classes - int(seen.high) - 1
        if seen.loss in ("CrossEntropyLoss", "NLLLoss") and unused > 0:
            told = f"{classes} outputs, but class numbers only {span}"
            return self.finding(
                Status.NOTE, told, **facts, advice="one output for each class; numbers from 0 on"
            )
        return self.finding(Status.OK, f"targets of {span} ({seen.kind}) suit {seen.loss}", **facts)
