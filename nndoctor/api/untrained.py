"""What is asked of the layers of an untrained network, wherever it is examined."""

from collections.abc import Sequence
from functools import partial

from ..checks.init.first_gradients import FirstGradients
from ..checks.init.symmetry import Symmetry
from ..checks.init.weight_scale import WeightScale
from ..checks.layers import UNTRAINED_LAYERS
from ..findings import Finding
from ..trainable import Batch, LayerStats
from .common import Examined, guarded, seed_of, with_settings


def untrained_layers(setup: Examined, layers: Sequence[LayerStats], probe: Batch) -> list[Finding]:
    """What the layers put out on the probe rows, their first weights and their first gradients."""
    mlp, seed = setup.trainable, seed_of(setup)
    symmetry, scale = with_settings(setup, Symmetry()), with_settings(setup, WeightScale())
    gradients = with_settings(setup, FirstGradients())
    own = (with_settings(setup, check) for check in UNTRAINED_LAYERS)
    return [
        *(guarded(check, partial(check.judge, layers)) for check in own),
        symmetry.judge(symmetry.measure(mlp, seed)),
        scale.judge(scale.measure(mlp, setup.layer_plans(), seed), layers),
        gradients.judge(*gradients.measure(mlp, probe, seed)),
    ]
