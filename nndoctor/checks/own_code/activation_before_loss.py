"""ND804: does the loss get what it expects: logits, or probabilities?"""

from dataclasses import dataclass

from ...findings import Finding, Status
from ...owncode import OwnCode
from .own_code_check import OwnCodeCheck

APPLIED = {
    "CrossEntropyLoss": "softmax",
    "BCEWithLogitsLoss": "sigmoid",
    "SoftMarginLoss": "sigmoid",
    "MultiLabelSoftMarginLoss": "sigmoid",
}
SQUEEZING = ("softmax", "sigmoid")


@dataclass(frozen=True)
class ActivationBeforeLoss(OwnCodeCheck):
    """## What it does
    Looks at the activation that is computed last and at the outputs of a batch: in 0 to 1,
    summing to 1 in each row, above 0; and compares that with what the loss expects.

    ## Why it matters
    CrossEntropyLoss and BCEWithLogitsLoss apply softmax or sigmoid themselves, and so do
    SoftMarginLoss and MultiLabelSoftMarginLoss. Applied twice, the loss can't fall below a floor
    and gradients are small. NLLLoss expects log-probabilities, BCELoss probabilities, and where
    several labels of a row can be right one for each, which softmax does not allow. MultiMarginLoss
    wants the right score above the others by a margin of 1 as a rule: between 0 and 1 there is no
    room for it.

    ## What to do
    Remove the last softmax or sigmoid, or use the loss that expects it.

    ## Source
    PyTorch documentation of the losses; asked for as a warning in pytorch issue 55902.
    """

    code: str = "ND804"
    name: str = "activation-before-loss"

    def judge(self, seen: OwnCode) -> Finding:
        """An error by what was computed last; a warning where only the numbers say so."""
        inside = APPLIED.get(seen.loss)
        if inside == "softmax" and (seen.last in SQUEEZING or seen.sums_to_one):
            sure = seen.last if seen.last in SQUEEZING else "softmax"
            return self._twice(sure, seen, "softmax")
        if inside == "sigmoid" and seen.last in SQUEEZING:
            return self._twice(seen.last, seen, "sigmoid")
        if seen.loss == "MultiMarginLoss" and seen.last in SQUEEZING:
            return self.finding(
                Status.WARNING,
                f"{seen.last} leaves scores of 0 to 1, which MultiMarginLoss wants far apart",
                threshold="scores without an activation",
                suggests=("wrong_output_activation",),
                advice=f"remove the last {seen.last}",
            )
        if seen.loss == "NLLLoss" and seen.positive:
            return self.finding(
                Status.ERROR,
                "NLLLoss gets values above 0, which no log-probability is",
                threshold="outputs at most 0",
                suggests=("wrong_loss",) if seen.last else ("missing_output_activation",),
                advice="log_softmax as the last layer, or CrossEntropyLoss on the logits",
            )
        within = seen.in_unit or seen.last in SQUEEZING  # even where it gives NaN
        if seen.loss == "BCELoss" and not within:
            return self.finding(
                Status.ERROR,
                "BCELoss gets values outside 0 to 1",
                threshold="outputs from 0 to 1",
                suggests=("missing_output_activation",),
                advice="a sigmoid as the last layer, or BCEWithLogitsLoss on the logits",
            )
        if seen.loss == "BCELoss" and seen.sums_to_one and seen.several and not seen.exclusive:
            return self.finding(
                Status.ERROR,
                "each row of outputs sums to 1, though several of its labels can be right",
                threshold="a probability of its own for each label",
                suggests=("wrong_output_activation",),
                advice="a sigmoid in place of the softmax, or BCEWithLogitsLoss on the logits",
            )
        last = f" after {seen.last}" if seen.last else ""
        return self.finding(Status.OK, f"{seen.loss}{last} gets what it expects")

    def _twice(self, last: str, seen: OwnCode, inside: str) -> Finding:
        known = seen.last == last
        told = f"{last} is the last thing computed" if known else "each row of outputs sums to 1"
        return self.finding(
            Status.ERROR if known else Status.WARNING,
            f"{told}, and {seen.loss} applies {inside} to it again",
            threshold="logits, without an activation",
            suggests=("double_softmax",),
            advice=f"remove the last {last}: {seen.loss} expects logits",
        )
