"""The functions: slopes against centred differences, flat places that are flat, floors."""

import numpy as np
import pytest

from nndoctor.surfaces.functions import SURFACES

EVERY = pytest.mark.parametrize("surface", SURFACES.values(), ids=SURFACES)


def places(surface):
    rng = np.random.default_rng(0)
    low, high = np.array(surface.window).T
    return rng.uniform(low, high, (20, len(low)))


def slope(function, w, width=1e-6):
    steps = width * np.eye(len(w))
    return np.stack([(function(w + s) - function(w - s)) / (2 * width) for s in steps])


@EVERY
def test_gradient_and_hessian_are_the_slopes(surface):
    for w in places(surface):
        gradient, hessian = surface.gradient(w), surface.hessian(w)
        scale = 1 + np.abs(gradient).max()
        assert np.allclose(gradient, slope(surface.value, w), atol=1e-6 * scale, rtol=1e-5)
        scale = 1 + np.abs(hessian).max()
        assert np.allclose(hessian, slope(surface.gradient, w), atol=1e-6 * scale, rtol=1e-5)


@EVERY
def test_named_places_are_flat_and_what_they_are_called(surface):
    for kind, place in surface.places:
        w = np.array(place)
        curvatures = np.linalg.eigvalsh(surface.hessian(w))
        assert np.abs(surface.gradient(w)).max() < 1e-9
        assert (curvatures.min() < 0) == (kind == "saddle")
        if kind == "minimum":
            assert surface.value(w) == pytest.approx(surface.floor, abs=1e-12)


@EVERY
def test_nothing_lies_below_the_floor_and_many_places_are_valued_at_once(surface):
    low, high = np.array(surface.window).T
    rows = np.linspace(low, high, 101)
    grid = np.stack(np.meshgrid(*rows.T))
    values = surface.value(grid)
    assert values.min() >= surface.floor - 1e-12
    assert values.flat[7] == pytest.approx(float(surface.value(grid.reshape(len(low), -1)[:, 7])))


def test_the_valleys_have_the_condition_number_they_are_named_by():
    assert SURFACES["valley"].condition == pytest.approx(50)
    assert SURFACES["turned-valley"].condition == pytest.approx(50)
