"""ND802: does a gradient reach every parameter that is to learn?"""

from dataclasses import dataclass

from ...findings import Finding, Status, Where
from ...owncode import OwnCode
from .own_code_check import OwnCodeCheck, listed


@dataclass(frozen=True)
class ReachedParameters(OwnCodeCheck):
    """## What it does
    Runs one batch forwards and backwards in training mode, and looks which parameters get no
    gradient (the loss does not depend on them, or the graph is cut), a gradient of zero, or are
    frozen.

    ## Why it matters
    A detached graph (.detach(), .item(), .data, NumPy or torch.no_grad() in the forward method)
    cuts everything before it off from learning, and nothing is reported.

    ## What to do
    Keep tensors in the forward method; remove detach and no_grad; use every layer that is
    defined, or remove it.

    ## Source
    PyTorch documentation, autograd mechanics.
    """

    code: str = "ND802"
    name: str = "parameters-without-gradient"

    most: float = 0.5  # of the parameters: then training is lost, not impaired

    def judge(self, seen: OwnCode) -> Finding:
        """An error where none or most are not reached; frozen ones are a note."""
        learning = [one for one in seen.parameters if one.learns]
        frozen = [one.name for one in seen.parameters if not one.learns]
        cut = [one.name for one in learning if one.gradient is None]
        zero = [one.name for one in learning if one.gradient == 0]
        facts = {"measured": float(len(cut)), "threshold": "a gradient for every parameter"}
        if not learning:
            return self.finding(
                Status.ERROR,
                "no parameter is to learn: all are frozen",
                **facts,
                suggests=("parameters_frozen",),
                advice="requires_grad_(True) for what is to learn",
            )
        if cut:
            told = f"no gradient reaches {len(cut)} of {len(learning)} parameters: {listed(cut)}"
            most = len(cut) > self.most * len(learning)
            return self.finding(
                Status.ERROR if most else Status.WARNING,
                told,
                **facts,
                where=Where(layer=cut[0]),
                suggests=("graph_detached",),
                advice="look for detach, item, data, NumPy or no_grad behind them, or for layers "
                "that the forward method does not use",
            )
        told = f"a gradient reaches all {len(learning)} parameters"
        if len(zero) == len(learning):
            return self.finding(
                Status.ERROR,
                "all gradients of a batch are zero",
                **facts,
                advice="a softmax over one unit, an argmax or rounding in the forward method, or "
                "saturated outputs",
            )
        if frozen:
            told += f"; {len(frozen)} are frozen: {listed(frozen)}"
            return self.finding(Status.NOTE, told, **facts, suggests=("parameters_frozen",))
        return self.finding(Status.OK, told, **facts)
