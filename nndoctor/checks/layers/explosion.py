"""ND304, ND604: does the signal grow from layer to layer?"""

from collections.abc import Sequence
from dataclasses import dataclass

from ...findings import Finding
from ...trainable import LayerStats
from .layer_check import LayerCheck, Rated


@dataclass(frozen=True)
class Explosion(LayerCheck):
    """## What it does
    Compares each hidden layer's standard deviation with the first hidden layer's, and looks for
    values that are not finite.

    ## Why it matters
    Growing signals make outputs and gradients grow with depth: the first steps overshoot, and the
    loss turns to infinity or NaN.

    ## What to do
    Initialise for the activation, avoid exponential activations, standardise the inputs.

    ## Source
    CS231n lecture 5 (2016); the factor: peers flag layers that differ by 10 (SageMaker Debugger).
    """

    code: str = "ND304"
    name: str = "exploding-activations"

    warning: float = 10.0
    error: float = 100.0

    def judge(self, layers: Sequence[LayerStats], before: Sequence[LayerStats] = ()) -> Finding:
        """By the first hidden layer; any layer with NaN or infinity is an error, the output too."""
        hidden = [layer for layer in layers if layer.is_hidden or layer.nonfinite > 0]
        if not hidden:
            return self.skip("there is no hidden layer")
        first = hidden[0].std
        start = before[0].std if before else 1.0
        earlier = {layer.name: layer.std / start for layer in before if start > 0}
        rated = []
        for layer in hidden:
            bad = layer.nonfinite > 0
            value = float("inf") if bad else layer.std / first if first != 0 else 1.0
            if not bad:
                value /= max(earlier.get(layer.name, 1.0), 1.0)
            shown = f"{layer.nonfinite:.2%} of its values are not finite" if bad else ""
            rated.append(Rated(layer, value, shown))
        return self.by_layer(
            rated,
            lambda share: not share < self.warning,
            lambda share: not share < self.error,
            lambda worst: (
                worst.shown
                or f"standard deviation {worst.value:.3g} times the first hidden layer's"
            ),
            f"below {self.warning:g} times the first hidden layer, error at {self.error:g}",
            "CS231n lecture 5 (2016)",
            ("init_too_large", "exploding_gradient", "wrong_hidden_activation"),
            "initialise for the activation, and standardise the inputs",
        )
