"""What is drawn, against the distribution that is stated."""

import numpy as np
import pytest
from scipy import stats

from nndoctor.engine.initializers import INITIALIZERS
from nndoctor.recipe.names import WEIGHTS_ONLY

from ..oracles import initializers as oracle
from .helpers import Unit, gradient, mlp, smooth

SETTINGS = {
    "constant": (0.3,),
    "normal": (0.5, 2.0),
    "truncated_normal": (0.5, 2.0),
    "uniform": (-1.0, 3.0),
}
EACH = pytest.mark.parametrize("name", INITIALIZERS)
FAN_IN, FAN_OUT = 60, 180  # far enough apart to be told from each other


def white(rows, columns):
    """Rows [S, D] whose mean is 0 and whose covariance is the identity."""
    drawn = np.random.default_rng(0).normal(size=(rows, columns))
    return np.linalg.qr(drawn - drawn.mean(axis=0))[0] * rows**0.5


def _layer(name):
    unit = Unit(name, SETTINGS.get(name, ()))
    return {"init": unit} if name in WEIGHTS_ONLY else {"init": unit, "bias_init": unit}


def _matches(values, right):
    if not hasattr(right, "cdf"):
        return (values == right).all()
    return stats.kstest(values.ravel(), right.cdf).pvalue > 1e-3


@EACH
@pytest.mark.parametrize("seed", range(3))
def test_weights_and_biases_follow_the_stated_distribution(name, seed):
    given = SETTINGS.get(name, ())
    quiet = {"bias_init": Unit("zeros")} | _layer(name)
    setup = mlp([FAN_IN, FAN_OUT, 500], layer=quiet, sample=white(400, FAN_IN))
    setup_theta = setup.initial(seed)
    w, b = setup.layout.weights(setup_theta)[0], setup.layout.bias(setup_theta)[0]
    right = oracle.DISTRIBUTIONS[name](FAN_IN, FAN_OUT, *given)
    assert _matches(w, right)
    assert name in WEIGHTS_ONLY or _matches(b, right)
    if hasattr(right, "cdf") and name not in SETTINGS:
        swapped = oracle.DISTRIBUTIONS[name](FAN_OUT, FAN_IN)
        assert _matches(w, swapped) == ("glorot" in name or name == "orthogonal")
        assert not _matches(1.15 * w, right)


def test_truncation_leaves_nothing_beyond_two_standard_deviations():
    draw = INITIALIZERS["truncated_normal"].draw
    values = draw(np.random.default_rng(0), (100, 1000), 100, 1000, 1.0, 0.5)
    assert np.abs(values - 1).max() <= 1.0
    assert np.abs(values - 1).max() > 0.99


@EACH
def test_both_precisions_start_from_the_same_numbers(name):
    double, single = (
        mlp([5, 7, 2], dtype=np.dtype(dtype), layer=_layer(name), sample=white(20, 5)).initial(3)
        for dtype in ("f8", "f4")
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


@pytest.mark.parametrize("widths", [(30, 30), (50, 20), (20, 50), (1, 4), (4, 1), (1, 1)])
def test_orthogonal_keeps_lengths(widths):
    setup = mlp([widths[0], widths[1], 2], layer={"init": Unit("orthogonal")})
    w = setup.layout.weights(setup.initial(0))[0]
    product = w.T @ w if widths[0] >= widths[1] else w @ w.T
    np.testing.assert_allclose(product, np.eye(min(widths)), atol=1e-13)


def test_orthogonal_is_uniform_not_the_sign_convention_of_qr():
    draw = INITIALIZERS["orthogonal"].draw
    turns = np.array([draw(np.random.default_rng(i), (3, 3), 3, 3) for i in range(2000)])
    assert np.abs(turns.mean(axis=0)).max() < 0.06  # LAPACK's own signs: -0.5 on the diagonal
    assert abs((np.linalg.det(turns) > 0).mean() - 0.5) < 0.05


def _gradient_growth(activation, init, seeds=40, width=20, depth=60):
    """The mean logarithm of how much longer the gradient is at layer 1 than at the last hidden."""
    layer = {"init": Unit(init), "bias_init": Unit("zeros")}
    setup = mlp([width] * (depth + 1) + [1], activation, layer=layer)
    growth = []
    for seed in range(seeds):  # of one row, the gradient by a bias is the signal itself
        biases = setup.layout.bias(gradient(setup, smooth(1, width, 1, seed=seed), seed))
        growth.append(np.log(np.linalg.norm(biases[0]) / np.linalg.norm(biases[-2])))
    return np.mean(growth)


@pytest.mark.parametrize(
    ("activation", "plain", "drift"),
    [("linear", "xavier", -1.0), ("relu", "he_normal", -2.5)],
)
def test_random_walk_keeps_gradients_through_sixty_narrow_layers(activation, plain, drift):
    assert abs(_gradient_growth(activation, "random_walk")) < 0.9
    assert _gradient_growth(activation, plain) < drift


def test_random_walk_before_leaky_relu_is_as_before_relu_where_it_leaks_nothing():
    def std(activation):
        layer = {"init": Unit("random_walk")}
        setup = mlp([100, 400, 2], activation, layer=layer)
        return setup.layout.weights(setup.initial(0))[0].std()

    assert std(Unit("leaky_relu", (0.0,))) == pytest.approx(std("relu"), rel=1e-12)
    assert std(Unit("leaky_relu", (0.5,))) == pytest.approx(std("relu") * 0.8**0.5, rel=1e-12)
    assert std("relu") / std("tanh") == pytest.approx(
        2**0.5 * np.exp(1.2 / 397.6 - 1 / 800), rel=1e-12
    )
