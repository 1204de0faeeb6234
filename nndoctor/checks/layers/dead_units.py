"""ND306, ND606: are units zero on every row?"""

from collections.abc import Sequence
from dataclasses import dataclass

from ...findings import Finding
from ...trainable import LayerStats
from .layer_check import LayerCheck, Rated


@dataclass(frozen=True)
class DeadUnits(LayerCheck):
    """## What it does
    Counts, per layer of units that can die, those that are zero on every row of a fixed probe set.
    Units that are zero on some rows are sparse, which is healthy. A single output may be zero
    rightly, as its targets are; an output layer counts where all of it is.

    ## Why it matters
    A dead ReLU gets no gradient, so it stays dead: capacity is lost for good.

    ## What to do
    Before training: he_normal, zero biases, standardised inputs. After training: a smaller learning
    rate, or leaky ReLU.

    ## Source
    CS231n notes, neural-networks-1: "as much as 40 % of your network can be dead" when the rate is
    too high; 10 %: keras-contrib.
    """

    code: str = "ND306"
    name: str = "dead-units"

    warning: float = 0.1
    error: float = 0.4

    def judge(self, layers: Sequence[LayerStats], before: Sequence[LayerStats] = ()) -> Finding:
        """The share of the worst layer that is dead, or died; a single one is luck unless 40 %."""
        born = {layer.name: layer.dead or 0 for layer in before}
        rated = []
        for layer in layers:
            if layer.dead is None or (layer.is_output and layer.dead < layer.units):
                continue
            dead = max(layer.dead - born.get(layer.name, 0), 0)
            share = dead / layer.units
            lucky = dead == 1 and share <= self.error
            rated.append(Rated(layer, 0.0 if lucky else share, f"{dead} of {layer.units}"))
        if not rated:
            return self.skip("no hidden layer has units that can die")
        return self.by_layer(
            rated,
            lambda share: not share <= self.warning,
            lambda share: not share <= self.error,
            lambda worst: (
                f"{worst.shown} units are zero on every row"
                + ", and were not before training" * bool(before)
            ),
            f"at most {self.warning:.0%} of a layer, error above {self.error:.0%}",
            "zero on 100 % of the probe rows; CS231n notes, neural-networks-1",
            ("dead_relu", "learning_rate_too_high", "input_not_normalised"),
            "he_normal, zero biases and standardised inputs; after training a smaller learning "
            "rate",
        )
