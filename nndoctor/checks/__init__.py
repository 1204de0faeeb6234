"""Every check there is: the flat table code -> check."""

from .check import Check
from .init.initial_loss import InitialLoss
from .init.penalty import Penalty
from .layers.broken_run import BrokenRun
from .layers.collapse import Collapse
from .layers.comparison import InitComparison
from .layers.dead_units import DeadUnits
from .layers.explosion import Explosion
from .layers.layer_check import LayerCheck
from .layers.saturation import Saturation
from .learning.range_test import RangeTest
from .learning.rate import LearningRate
from .learning.tiny_overfit import TinyOverfit

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

CHECKS: dict[str, Check] = {
    check.code: check
    for check in (
        InitialLoss(),
        Penalty(),
        *UNTRAINED_LAYERS,
        InitComparison(),
        TinyOverfit(),
        LearningRate(),
        RangeTest(),
        *TRAINED_LAYERS,
        BrokenRun(),
    )
}
