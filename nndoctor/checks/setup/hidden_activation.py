"""ND206: are the hidden activations made for hidden layers?"""

from dataclasses import dataclass

from ...findings import Finding, Status
from ...trainable import LayerPlan
from ..measures.design import Design
from .setup_check import Fault, SetupCheck, listed


@dataclass(frozen=True)
class HiddenActivation(SetupCheck):
    """## What it does
    Looks for exponential and softmax in hidden layers.

    ## Why it matters
    The slope of an exponential is its value: gradients and outputs grow together without bound,
    and two such layers soon reach infinity. Softmax makes the outputs of a layer sum to 1: each of
    n units outputs about 1/n, slopes are as small, and units can't act independently.

    ## What to do
    activation = "relu", or tanh; softmax in the last layer only.

    ## Source
    exp' = exp; the slope of softmax is p (1 - p), at most about 1/n for n equal units. Goodfellow,
    Bengio and Courville 2016, Deep Learning, section 6.3, on what hidden units need.
    """

    code: str = "ND206"
    name: str = "hidden-activation"

    def skips(self, design: Design) -> str:
        """Without a hidden layer there is none."""
        return "" if design.hidden else "there is no hidden layer"

    def measure(self, design: Design) -> tuple[LayerPlan, ...]:
        """The hidden layers."""
        return design.hidden

    def judge(self, hidden: tuple[LayerPlan, ...]) -> Finding:
        """A warning for either; they may stand side by side."""
        wild = [x.name for x in hidden if x.activation == "exponential"]
        shared = [x.name for x in hidden if x.activation == "softmax"]
        faults, advice = [], 'activation = "relu" in the hidden layers'
        if wild:
            told = f"exponential in {listed(wild)}: outputs and slopes grow without bound"
            causes = ("wrong_hidden_activation", "exploding_gradient")
            faults.append(Fault(Status.WARNING, told, causes, advice, wild[0]))
        if shared:
            told = f"softmax in {listed(shared)}: outputs sum to 1, so slopes are small"
            causes = ("wrong_hidden_activation", "vanishing_gradient")
            faults.append(Fault(Status.WARNING, told, causes, advice, shared[0]))
        names = dict.fromkeys(layer.activation for layer in hidden)
        return self.answer(
            faults,
            f"{', '.join(names)} in {len(hidden)} hidden layer{'s' * (len(hidden) > 1)}",
            measured=float(len(wild) + len(shared)),
            expected=0.0,
            threshold="neither exponential nor softmax",
            source="Goodfellow et al. 2016, section 6.3",
        )
