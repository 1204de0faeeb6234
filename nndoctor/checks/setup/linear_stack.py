"""ND205: is there a nonlinearity between the layers?"""

from dataclasses import dataclass

from ...findings import Finding, Status
from ...trainable import LayerPlan
from ..measures.design import Design
from .setup_check import Fault, SetupCheck, listed


@dataclass(frozen=True)
class LinearStack(SetupCheck):
    """## What it does
    Looks for hidden layers that are linear, so that they and the next layer are one linear map.
    Batch norm is linear at test time; layer norm is not.

    ## Why it matters
    A product of matrices is a matrix: if all hidden layers are linear, the network can represent no
    more than one without hidden layers, however deep it is, and is harder to train.

    ## What to do
    activation = "relu" in the hidden layers; or no hidden layer, if a linear model is intended.

    ## Source
    Goodfellow, Bengio and Courville 2016, Deep Learning, section 6.3; Saxe, McClelland and Ganguli
    2014, arXiv 1312.6120, on how slowly deep linear networks train.
    """

    code: str = "ND205"
    name: str = "linear-stack"

    def skips(self, design: Design) -> str:
        """Without a hidden layer nothing is stacked."""
        return "" if design.hidden else "there is no hidden layer"

    def measure(self, design: Design) -> tuple[LayerPlan, ...]:
        """The hidden layers."""
        return design.hidden

    def judge(self, hidden: tuple[LayerPlan, ...]) -> Finding:
        """A warning where nothing bends, a note where some layers don't."""
        linear = [x.name for x in hidden if x.activation == "linear" and x.norm != "layer_norm"]
        faults = []
        if linear:
            every = len(linear) == len(hidden)
            told = f"{listed(linear)} linear"
            told += ": the whole network is a linear model" if every else ", and others are not"
            faults.append(
                Fault(
                    Status.WARNING if every else Status.NOTE,
                    told,
                    ("missing_hidden_activation",),
                    'activation = "relu" in the hidden layers',
                    linear[0],
                )
            )
        return self.answer(
            faults,
            "all hidden layers are nonlinear",
            measured=float(len(linear)),
            expected=0.0,
            threshold="a warning where all hidden layers are linear, a note where some are",
            source="Goodfellow et al. 2016, section 6.3",
        )
