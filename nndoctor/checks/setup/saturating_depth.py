"""ND207: do gradients get through the stack of saturating layers?"""

from dataclasses import dataclass

from ...findings import Finding, Status
from ...trainable import LayerPlan
from ..measures.design import Design
from .setup_check import Fault, SetupCheck

# The largest slope.
STEEPEST = {"sigmoid": 1 / 4, "clipped_sigmoid": 1 / 4, "hard_sigmoid": 1 / 6}
# Root mean square of the slope over standard normal inputs: what inputs of that size lose.
USUAL = {"tanh": 0.681, "softsign": 0.477}


@dataclass(frozen=True)
class SaturatingDepth(SetupCheck):
    """## What it does
    Multiplies the slopes of hidden layers that saturate, from the first such layer to the last,
    under weights that keep the size of a signal: at most 1/4 a layer for a sigmoid, 0.68 for tanh
    over inputs of unit size. Layers with a normalisation are left out.

    ## Why it matters
    The gradient of the first layer contains the product of all slopes above it. Five sigmoid layers
    leave less than a thousandth: the first layers hardly move while the last ones learn. Deep tanh
    networks can train, since the slope is 1 near 0, if the initial weights are right.

    ## What to do
    activation = "relu", fewer layers, or batch_norm = true; for tanh init = "xavier".

    ## Source
    Hochreiter 1991; Glorot and Bengio 2010, Understanding the Difficulty of Training Deep
    Feedforward Neural Networks; Schoenholz et al. 2017, arXiv 1611.01232. A thousandth between the
    first and the last layer is where AUTOTRAINER and others speak of a vanishing gradient.
    """

    code: str = "ND207"
    name: str = "saturating-depth"

    warning: float = 1e-3  # share of the gradient that reaches the first layer
    noted: float = 1e-2

    def skips(self, design: Design) -> str:
        """Without a hidden layer gradients pass nothing."""
        return "" if design.hidden else "there is no hidden layer"

    def measure(self, design: Design) -> tuple[LayerPlan, ...]:
        """The hidden layers that nothing keeps in their steep part."""
        return design.unnormalised

    def judge(self, layers: tuple[LayerPlan, ...]) -> Finding:
        """A warning where even the steepest part can't pass enough, a note where it may not."""
        surely = [STEEPEST[x.activation] for x in layers if x.activation in STEEPEST]
        usually = [USUAL[x.activation] for x in layers if x.activation in USUAL]
        at_most = _product(surely)
        faults = []
        if surely and not at_most > self.noted:
            status = Status.NOTE if at_most > self.warning else Status.WARNING
            told = f"{len(surely)} sigmoid layers pass at most {at_most:.2g} of the gradient"
            causes = ("vanishing_gradient", "wrong_hidden_activation", "saturated_activation")
            advice = 'activation = "relu", fewer layers, or batch_norm = true'
            faults.append(Fault(status, told, causes, advice, layers[0].name))
        elif usually and not _product(usually) > self.warning:
            told = f"{len(usually)} {layers[0].activation} layers pass about "
            told += f"{_product(usually):.2g} of the gradient if their inputs have unit scale"
            advice = 'init = "xavier", which keeps tanh in its steep range, or batch_norm = true'
            deep = ("vanishing_gradient", "too_deep")
            faults.append(Fault(Status.NOTE, told, deep, advice, layers[0].name))
        return self.answer(
            faults,
            f"{len(surely) + len(usually)} saturating layers without a normalisation",
            measured=at_most,
            threshold=f"a warning up to {self.warning:g} of the gradient, a note up to "
            f"{self.noted:g}",
            source="largest slope of a sigmoid 1/4; Glorot and Bengio 2010",
        )


def _product(slopes: list[float]) -> float:
    product = 1.0
    for slope in slopes:
        product *= slope
    return product
