"""What is asked of every layer, before and after training."""

from .collapse import Collapse
from .dead_units import DeadUnits
from .explosion import Explosion
from .layer_check import LayerCheck
from .saturation import Saturation

# Before training a few dead units are luck of the draw where inputs are all positive, and a first
# layer saturated by raw inputs still learns; what counts is a layer that hardly speaks. After
# training the lower levels hold.
UNTRAINED_LAYERS: tuple[LayerCheck, ...] = (
    Collapse(),
    Explosion(),
    Saturation(warning=0.5, error=0.9),
    DeadUnits(warning=0.4, error=0.9),
)
TRAINED_LAYERS: tuple[LayerCheck, ...] = (
    Collapse("ND603", "collapsed-activations-trained"),
    Explosion("ND604", "exploding-activations-trained"),
    Saturation("ND605", "saturated-activations-trained"),
    DeadUnits("ND606", "dead-units-trained"),
)
