"""ND801: does the optimizer have every parameter that is to learn?"""

from dataclasses import dataclass

from ...findings import Finding, Status, Where
from ...owncode import OwnCode
from .own_code_check import OwnCodeCheck, listed


@dataclass(frozen=True)
class OptimizerParameters(OwnCodeCheck):
    """## What it does
    Compares the model's parameters that require a gradient with those in the optimizer's groups,
    and looks for parameters in the optimizer that are not the model's, and for layers in a plain
    list, tuple or dict, which model.parameters() does not give.

    ## Why it matters
    A parameter that the optimizer does not have never changes, whatever its gradient. An
    optimizer made before the model was replaced, or over one part of it, trains nothing or
    little, silently.

    ## What to do
    Make the optimizer after the model is complete, over model.parameters(); layers in a plain
    list belong into nn.ModuleList.

    ## Source
    PyTorch documentation, torch.optim: parameters are taken over when the optimizer is made.
    """

    code: str = "ND801"
    name: str = "parameters-not-in-optimizer"

    def judge(self, seen: OwnCode) -> Finding:
        """An error where nothing is trained or the optimizer has parameters of another model."""
        learning = [one for one in seen.parameters if one.learns]
        missing = [one.name for one in learning if not one.in_optimizer]
        fine = f"all {len(learning)} parameters that learn are in the optimizer"
        facts = {"measured": float(len(missing)), "threshold": "none may be missing"}
        if seen.unregistered:
            where = "is a plain list" if len(seen.unregistered) == 1 else "are plain lists"
            return self.finding(
                Status.ERROR,
                f"{listed(list(seen.unregistered))} {where} of layers: model.parameters() does "
                "not have theirs, so that nothing trains them",
                **facts,
                where=Where(layer=seen.unregistered[0]),
                suggests=("parameters_not_trained",),
                advice="nn.ModuleList or nn.ModuleDict in place of the list or dict",
            )
        if not missing and not seen.foreign:
            return self.finding(Status.OK, fine, **facts)
        told = f"{len(missing)} of {len(learning)} parameters are not in the optimizer"
        told += f": {listed(missing)}" if missing else ""
        if seen.foreign:
            told += f"; {seen.foreign} in the optimizer are not the model's"
        none = bool(seen.foreign) or len(missing) == len(learning)
        return self.finding(
            Status.ERROR if none else Status.WARNING,
            told,
            **facts,
            where=Where(layer=missing[0] if missing else None),
            suggests=("parameters_not_trained",),
            advice="make the optimizer over model.parameters(), once the model is complete; freeze "
            "what is not to learn with requires_grad_(False)",
        )
