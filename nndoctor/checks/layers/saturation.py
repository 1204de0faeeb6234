"""ND305, ND605: are units stuck where their activation is flat?"""

from collections.abc import Sequence
from dataclasses import dataclass

from ...findings import Finding
from ...trainable import LayerStats
from .layer_check import LayerCheck, Rated


@dataclass(frozen=True)
class Saturation(LayerCheck):
    """## What it does
    Counts, per hidden layer of sigmoid or tanh units, the outputs whose slope is below 6 % of the
    largest (for tanh: beyond 0.97).

    ## Why it matters
    Where the slope is near zero, so is every gradient that passes through.

    ## What to do
    Smaller initial weights (xavier), standardised inputs, a smaller rate, or ReLU.

    ## Source
    CS231n lecture 5 (2016); 0.97 as in Karpathy's makemore notebooks; 50 % as most tools.
    """

    code: str = "ND305"
    name: str = "saturated-activations"

    warning: float = 0.2
    error: float = 0.5

    def judge(self, layers: Sequence[LayerStats], before: Sequence[LayerStats] = ()) -> Finding:
        """The share of saturated entries of the worst layer, or how much it rose in training."""
        earlier = {layer.name: layer.saturated or 0.0 for layer in before}
        rated = [
            Rated(layer, layer.saturated - earlier.get(layer.name, 0.0))
            for layer in layers
            if layer.saturated is not None and not layer.is_output
        ]
        if not rated:
            return self.skip("no hidden layer has an activation that saturates")
        return self.by_layer(
            rated,
            lambda share: not share <= self.warning,
            lambda share: not share <= self.error,
            lambda worst: f"{worst.value:.0%} of its outputs {'became ' * bool(before)}saturated",
            f"at most {self.warning:.0%} saturated, error above {self.error:.0%}",
            "slope below 6 % of the largest; CS231n lecture 5 (2016)",
            ("saturated_activation", "init_too_large", "input_not_normalised"),
            "smaller initial weights (xavier) and standardised inputs",
        )
