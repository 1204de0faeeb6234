"""ND809: do all inputs reach the outputs, and do the outputs depend on the rows?"""

from dataclasses import dataclass

from ...findings import Finding, Status
from ...owncode import OwnCode
from .own_code_check import OwnCodeCheck, listed


@dataclass(frozen=True)
class DeafInputs(OwnCodeCheck):
    """## What it does
    Takes the gradient of the outputs by the inputs, and looks whether outputs differ between
    rows.

    ## Why it matters
    An input that does not reach the output is not used, whatever it holds. Outputs that are the
    same for every row can only learn the best constant.

    ## What to do
    Look for arguments the forward method does not use, slices that drop columns, argmax or
    rounding on the way, and dead layers.

    ## Source
    Karpathy 2019, A Recipe for Training Neural Networks: use backprop to chart dependencies.
    """

    code: str = "ND809"
    name: str = "inputs-ignored"

    share: float = 0.2  # of the inputs: edges of images or dead units reach fewer

    def judge(self, seen: OwnCode) -> Finding:
        """An error where outputs are constant or an input is not used at all."""
        most = f"at most {self.share:.0%} of the inputs without effect"
        facts = {"measured": seen.deaf_share, "threshold": most}
        if seen.constant:
            return self.finding(
                Status.ERROR,
                "the untrained model answers every row the same",
                **facts,
                suggests=("init_constant", "dead_relu"),
                advice="look for weights of zero, dead layers, or inputs that are not used",
            )
        if seen.deaf:
            return self.finding(
                Status.ERROR,
                f"no output depends on {listed(list(seen.deaf))}",
                **facts,
                suggests=("input_ignored",),
                advice="use it in the forward method; argmax, rounding and detach cut it off",
            )
        if seen.deaf_share > self.share:
            told = f"{seen.deaf_share:.0%} of the inputs do not reach any output on these rows"
            return self.finding(
                Status.WARNING, told, **facts, advice="look for slices that drop columns"
            )
        reached = f"{1 - seen.deaf_share:.0%} of the" if seen.deaf_share else "all"
        return self.finding(Status.OK, f"{reached} inputs reach the outputs", **facts)
