"""What is drawn, against the distribution that is stated."""

import numpy as np
import pytest
from scipy import stats

from nndoctor.engine.initializers import INITIALIZERS

from ..oracles import initializers as oracle
from .helpers import Unit, mlp

SETTINGS = {
    "constant": (0.3,),
    "normal": (0.5, 2.0),
    "truncated_normal": (0.5, 2.0),
    "uniform": (-1.0, 3.0),
}
EACH = pytest.mark.parametrize("name", INITIALIZERS)
FAN_IN, FAN_OUT = 60, 180  # far enough apart to be told from each other


def _matches(values, right):
    if not hasattr(right, "cdf"):
        return (values == right).all()
    return stats.kstest(values.ravel(), right.cdf).pvalue > 1e-3


@EACH
@pytest.mark.parametrize("seed", range(3))
def test_weights_and_biases_follow_the_stated_distribution(name, seed):
    given = SETTINGS.get(name, ())
    unit = Unit(name, given)
    setup = mlp([FAN_IN, FAN_OUT, 500], layer={"init": unit, "bias_init": unit})
    setup_theta = setup.initial(seed)
    w, b = setup.layout.weights(setup_theta)[0], setup.layout.bias(setup_theta)[0]
    right = oracle.DISTRIBUTIONS[name](FAN_IN, FAN_OUT, *given)
    assert _matches(w, right)
    assert _matches(b, right)
    if hasattr(right, "cdf") and name not in SETTINGS:
        swapped = oracle.DISTRIBUTIONS[name](FAN_OUT, FAN_IN)
        assert _matches(w, swapped) == ("glorot" in name)
        assert not _matches(1.15 * w, right)


def test_truncation_leaves_nothing_beyond_two_standard_deviations():
    draw = INITIALIZERS["truncated_normal"].draw
    values = draw(np.random.default_rng(0), (100, 1000), 100, 1000, 1.0, 0.5)
    assert np.abs(values - 1).max() <= 1.0
    assert np.abs(values - 1).max() > 0.99


@EACH
def test_both_precisions_start_from_the_same_numbers(name):
    layer = {"init": Unit(name, SETTINGS.get(name, ()))}
    double, single = (
        mlp([5, 7, 2], dtype=np.dtype(dtype), layer=layer).initial(3) for dtype in ("f8", "f4")
    )
    assert single.dtype == np.float32
    np.testing.assert_array_equal(single, double.astype(np.float32))


def test_the_seed_decides():
    setup = mlp([5, 7, 2])
    assert setup.initial(1).tobytes() == setup.initial(1).tobytes()
    assert setup.initial(1).tobytes() != setup.initial(2).tobytes()
    assert setup.fresh(1).theta.tobytes() == setup.initial(1).tobytes()


def test_layers_are_drawn_independently():
    setup = mlp([40, 40, 40], layer={"init": Unit("normal", (0.0, 1.0))})
    first, second = setup.layout.weights(setup.initial(0))
    assert abs(np.corrcoef(first.ravel(), second.ravel())[0, 1]) < 0.1
