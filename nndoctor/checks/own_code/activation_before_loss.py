"""ND804: does the loss get what it expects: logits, or probabilities?"""

from dataclasses import dataclass

from ...findings import Finding, Status
from ...owncode import OwnCode
from .own_code_check import OwnCodeCheck


@dataclass(frozen=True)
class ActivationBeforeLoss(OwnCodeCheck):
    """## What it does
    Looks at the activation that is computed last and at the outputs of a batch: in 0 to 1,
    summing to 1 in each row, above 0; and compares that with what the loss expects.

    ## Why it matters
    CrossEntropyLoss and BCEWithLogitsLoss apply softmax or sigmoid themselves. Applied twice, the
    loss can't fall below a floor and gradients are small. NLLLoss expects log-probabilities,
    BCELoss probabilities, and where several labels of a row can be right one for each, which
    softmax does not allow.

    ## What to do
    Remove the last softmax or sigmoid, or use the loss that expects it.

    ## Source
    PyTorch documentation of the losses; asked for as a warning in pytorch issue 55902.
    """

    code: str = "ND804"
    name: str = "activation-before-loss"

    def judge(self, seen: OwnCode) -> Finding:
        """An error by what was computed last; a warning where only the numbers say so."""
        twice = {"CrossEntropyLoss": "softmax", "BCEWithLogitsLoss": "sigmoid"}
        inside = twice.get(seen.loss)
        if inside == "softmax" and (seen.last in ("softmax", "sigmoid") or seen.sums_to_one):
            sure = seen.last if seen.last in ("softmax", "sigmoid") else "softmax"
            return self._twice(sure, seen, "softmax")
        if inside == "sigmoid" and (seen.last in ("sigmoid", "softmax")):
            return self._twice(seen.last, seen, "sigmoid")
        if seen.loss == "NLLLoss" and seen.positive:
            return self.finding(
                Status.ERROR,
                "NLLLoss gets values above 0, which no log-probability is",
                threshold="outputs at most 0",
                suggests=("wrong_loss",) if seen.last else ("missing_output_activation",),
                advice="log_softmax as the last layer, or CrossEntropyLoss on the logits",
            )
        within = seen.in_unit or seen.last in ("sigmoid", "softmax")  # even where it gives NaN
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
