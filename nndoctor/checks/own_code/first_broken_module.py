"""ND810: where does NaN or infinity come up first?"""

from dataclasses import dataclass

from ...findings import Finding, Status, Where
from ...owncode import OwnCode
from .own_code_check import OwnCodeCheck


@dataclass(frozen=True)
class FirstBrokenModule(OwnCodeCheck):
    """## What it does
    Makes a few updates as the set-up says, and where the loss is not finite names the first
    module whose outputs are not while its inputs are.

    ## Why it matters
    The loss says only that something broke; the module says what: a logarithm of zero, a
    division, an exponential, or weights that a step threw out.

    ## What to do
    At step 0: inputs or the module named. Later: a smaller rate, clipping, or an epsilon in that
    module. Where the loss alone is not finite, and the outputs are of a usual size: another loss.
    Where a gradient is not finite though its loss is: keep what goes into the operation named
    away from where it has no slope.

    ## Source
    PyTorch documentation, autograd anomaly detection.
    """

    code: str = "ND810"
    name: str = "first-broken-module"

    usual: float = 80.0  # outputs, whose exponentials and squares are finite in float32

    def judge(self, seen: OwnCode) -> Finding:
        """An error where something is not finite."""
        if seen.bad_step is None:
            return self.finding(Status.OK, f"all values finite in {seen.updates} updates")
        if seen.bad_gradient is not None:
            return self._in_the_gradient(*seen.bad_gradient)
        if seen.bad_most <= self.usual:
            return self._in_the_loss(seen)
        at_once = ("nan_in_data",) if seen.bad_module == "the inputs" else ()
        return self.finding(
            Status.ERROR,
            f"not finite at update {seen.bad_step}, first in {seen.bad_module}",
            where=Where(layer=seen.bad_module, step=seen.bad_step),
            measured=float(seen.bad_step),
            suggests=at_once if seen.bad_step == 0 else ("learning_rate_too_high",),
            advice="look at logarithms, divisions and exponentials there, and at its inputs"
            if seen.bad_step == 0
            else "a smaller rate, or clip_grad_norm_",
        )

    def _in_the_gradient(self, step: int, operation: str) -> Finding:
        """Of a loss that is finite."""
        return self.finding(
            Status.ERROR,
            f"a gradient is not finite at update {step}, though the loss is"
            + (f": {operation}" if operation else ""),
            where=Where(layer="gradient", step=step),
            measured=float(step),
            suggests=("gradient_not_finite",),
            advice="it has no finite slope where it is asked for: keep what goes in away from "
            "there, as in (x + 1e-8).sqrt() or x.clamp(min=1e-8); torch.where stops no NaN",
        )

    def _in_the_loss(self, seen: OwnCode) -> Finding:
        """The loss of outputs that no rate has thrown out."""
        return self.finding(
            Status.ERROR,
            f"{seen.loss} is not finite at update {seen.bad_step}, though the outputs are and none "
            f"is beyond {seen.bad_most:.3g}",
            where=Where(layer="loss", step=seen.bad_step),
            measured=float(seen.bad_step or 0),
            suggests=("wrong_loss",),
            advice="a logarithm or root of 0, or a division by 0, in the loss: clamp what goes in, "
            "or take one of PyTorch's own on logits",
        )
