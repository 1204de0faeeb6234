"""The walks: the engine's kernels take the steps that the papers' formulas take."""

import numpy as np
import pytest

from nndoctor.surfaces.functions import SURFACES
from nndoctor.surfaces.walking import RATES, best_walk, walk
from tests.oracles.optimizers import STEPS

VALLEY = SURFACES["valley"]


def by_hand(surface, name, rate, steps):
    """Step t from all gradients so far, by the formula of the whole sum."""
    w, gradients = [np.array(surface.start)], []
    settings = {"momentum": {"momentum": 0.9}, "nesterov": {"momentum": 0.9, "nesterov": 1.0}}
    for t in range(1, steps + 1):
        gradients.append(surface.gradient(w[-1]))
        step = STEPS[name](np.array(gradients), np.full(t, rate), **settings.get(name, {}))[-1]
        w.append(w[-1] - step)
    return np.array(w)


@pytest.mark.parametrize("name", ["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam"])
@pytest.mark.parametrize("surface", ["valley", "beale", "parabola"])
def test_a_walk_is_that_of_the_formulas(name, surface):
    one = SURFACES[surface]
    way = walk(one, name, 12, 3e-3)
    expected = by_hand(one, name, 3e-3, len(way.w) - 1)
    assert len(way.w) > 10
    assert np.allclose(way.w, expected, rtol=1e-9, atol=1e-12)
    assert np.allclose(way.values, [one.value(w) for w in expected])


def test_gradient_descent_is_stable_below_two_over_the_largest_curvature():
    assert walk(VALLEY, "sgd", 1000, 0.0399).ending == "reached"
    beyond = walk(VALLEY, "sgd", 400, 0.0405)
    assert beyond.ending == "diverged"
    assert 0 < beyond.step < 400


def test_far_too_high_a_rate_is_an_ending_and_no_error():
    for name in ("sgd", "momentum", "adam"):
        for surface in SURFACES.values():
            assert walk(surface, name, 300, 1e200).ending in ("diverged", "short")


def test_newton_needs_one_step_on_a_paraboloid_and_rests_on_a_saddle():
    assert walk(VALLEY, "newton", 10).step == 1
    assert walk(SURFACES["saddle"], "newton", 50).rests == "saddle"


def test_conjugate_gradient_and_bfgs_are_far_faster_than_gradient_descent():
    slow = best_walk(VALLEY, "sgd", 500).step
    for name in ("conjugate_gradient", "bfgs", "newton_cg", "lbfgs"):
        way = best_walk(VALLEY, name, 500)
        assert (way.ending, way.rate) == ("reached", None)
        assert way.step < slow / 10


def test_momentum_leaves_a_local_minimum_where_gradient_descent_rests():
    surface = SURFACES["local-minimum"]
    assert best_walk(surface, "sgd", 300).rests == "local minimum"
    assert best_walk(surface, "momentum", 300).ending == "reached"


def test_the_best_rate_is_the_one_that_gets_there_first():
    best = best_walk(VALLEY, "momentum", 200)
    steps = [walk(VALLEY, "momentum", 200, rate) for rate in RATES]
    assert best.step == min(way.step for way in steps if way.ending == "reached")


def test_a_start_on_the_floor_has_arrived():
    way = walk(VALLEY, "sgd", 10, 0.1, (0.0, 0.0))
    assert (way.ending, way.step) == ("reached", 0)
