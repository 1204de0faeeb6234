"""ND303, ND603: does the signal shrink from layer to layer until nothing is left?"""

from collections.abc import Sequence
from dataclasses import dataclass

from ...findings import Finding
from ...trainable import LayerStats
from .layer_check import LayerCheck, Rated

MUTE = 1e-3  # of the inputs' spread, or of 1 where they spread further: it says nothing


@dataclass(frozen=True)
class Collapse(LayerCheck):
    """## What it does
    Compares how strongly each hidden layer responds to different rows (the standard deviation
    across rows, averaged over units) with the first hidden layer.

    ## Why it matters
    Where all rows give the same activations, the layers above have nothing to tell them apart by,
    and gradients shrink by the same factors on the way back.

    ## What to do
    Use the initialiser that fits the activation (he_normal for ReLU, xavier for tanh), fewer
    layers, or batch norm.

    ## Source
    CS231n lecture 5 (2016): ten layers of 500 tanh units with weights 0.01 * normal. The factor of
    ten: a sound initialiser keeps the scale within 0.7 to 1.4 a layer.
    """

    code: str = "ND303"
    name: str = "collapsed-activations"

    warning: float = 0.1
    error: float = 0.01

    def judge(self, layers: Sequence[LayerStats], before: Sequence[LayerStats] = ()) -> Finding:
        """Relative to the first hidden layer; a first layer that answers to nothing is an error.

        Layers with values that are not finite are left to ND304.
        """
        hidden = [layer for layer in layers if layer.is_hidden and layer.nonfinite == 0]
        if not hidden:
            return self.skip("there is no hidden layer with finite values")
        shares, earlier = _shares(hidden), _shares(before)
        rated = [
            Rated(
                layer,
                shares[layer.name] / min(earlier.get(layer.name) or 1.0, 1.0),
                f"{layer.row_std:.3g}",
            )
            for layer in hidden
        ]
        return self.by_layer(
            rated,
            lambda share: not share > self.warning,
            lambda share: not share > self.error,
            lambda worst: _told(worst, hidden[0]),
            f"above {self.warning:g} of the first hidden layer, error below {self.error:g}",
            "CS231n lecture 5 (2016)",
            ("init_too_small", "vanishing_gradient", "too_deep"),
            "initialise for the activation: he_normal before relu, xavier before tanh",
        )


def _told(worst: Rated, first: LayerStats) -> str:
    if worst.layer is first:
        return (
            f"hardly responds to its inputs: standard deviation {worst.shown} across rows, "
            f"theirs {first.input_std:.3g}"
        )
    return (
        f"signal {worst.value:.2g} times that of the first hidden layer (standard deviation "
        f"{worst.shown})"
    )


def _shares(layers: Sequence[LayerStats]) -> dict[str, float]:
    """Each layer's signal as a share of the first one's; the first's is 0 where it is mute."""
    if not layers:
        return {}
    first = layers[0]
    mute = not first.row_std > MUTE * min(first.input_std, 1.0)
    shares = {
        layer.name: layer.row_std / first.row_std if first.row_std > 0 else 0.0 for layer in layers
    }
    return shares | ({first.name: 0.0} if mute else {})
