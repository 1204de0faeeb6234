"""Rows changed as images, against a slow and obvious version, and SciPy's for turned ones."""

from itertools import product

import numpy as np
import pytest
from scipy import ndimage

from nndoctor.adapters.moved import Moved, images
from nndoctor.engine.images import move_images
from nndoctor.engine.random import seeded, uniform
from nndoctor.trainable import Plan

from .helpers import PRECISIONS, mlp, smooth

SHAPES = [(3, 4, 1), (2, 2, 3), (5, 3, 2)]


def moved_by(planes, down, right, empty):
    """Edges repeated by padding, or zeros, then cut out [D]."""
    _, height, width = planes.shape
    pad = max(height, width)
    padded = np.pad(planes, ((0, 0), (pad, pad), (pad, pad)), "constant" if empty else "edge")
    top, left = pad - down, pad - right
    return padded[:, top : top + height, left : left + width].ravel()


def all_of(row, shape, most, mirrored, empty):
    """Every image that may come of this one."""
    height, width, channels = shape
    planes, steps = row.reshape(channels, height, width), range(-most, most + 1)
    sources = (planes, planes[:, :, ::-1]) if mirrored else (planes,)
    return np.array([moved_by(*one, empty) for one in product(sources, steps, steps)])


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("most", [0, 1, 2])
@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("empty", [False, True])
@pytest.mark.parametrize("dtype", PRECISIONS)
def test_rows_become_images_that_the_oracle_makes_and_all_of_them(
    shape, most, mirrored, empty, dtype
):
    size, rng = int(np.prod(shape)), np.random.default_rng(0)
    most = min(most, min(shape[:2]) - 1)
    raw = rng.normal(size=size)
    shift, scale = rng.normal(size=size), rng.uniform(0.5, 2.0, size)
    x = np.ascontiguousarray(np.tile((raw - shift) / scale, (400, 1)).astype(dtype))
    how = images(Moved(shape, shift, scale, most, mirrored, empty=empty))
    move_images(x, 399, how, seeded(0, 1))
    right = (all_of(raw, shape, most, mirrored, empty) - shift) / scale
    far = np.abs(x[:399, None] - right[None]).max(axis=2)
    assert far.min(axis=1).max() < (1e-5 if dtype is np.float32 else 1e-12)
    assert set(far.argmin(axis=1)) == set((np.abs(right[:, None] - right).max(2)).argmin(axis=1))
    np.testing.assert_array_equal(x[399], ((raw - shift) / scale).astype(dtype))


def turned_by(plane, angle, down, right, mirrored, empty):
    """By SciPy: what stands at a place stood where the move and the turn are undone."""
    matrix = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    middle = (np.array(plane.shape) - 1) / 2
    offset = middle - matrix @ (middle + np.array([down, right]))
    mode = "grid-constant" if empty else "nearest"
    source = plane[:, ::-1] if mirrored else plane
    return ndimage.affine_transform(source, matrix, offset, order=1, mode=mode)


@pytest.mark.parametrize("shape", [(6, 5, 1), (4, 4, 3), (3, 8, 2)])
@pytest.mark.parametrize(
    ("most", "mirrored", "rotation", "brightness"),
    [(0, False, 20.0, 0.0), (0, True, 180.0, 0.0), (2, True, 45.0, 0.4), (0, False, 0.0, 0.9)],
)
@pytest.mark.parametrize("empty", [False, True])
@pytest.mark.parametrize("dtype", PRECISIONS)
def test_turned_and_brightened_rows_are_those_of_scipy(
    shape, most, mirrored, rotation, brightness, empty, dtype
):
    height, width, channels = shape
    size, rng, state = height * width * channels, np.random.default_rng(0), seeded(0, 2)
    shift, scale = rng.normal(size=size), rng.uniform(0.5, 2.0, size)
    raw = rng.normal(size=(30, size))
    x = np.ascontiguousarray((raw - shift) / scale, dtype)
    how = Moved(shape, shift, scale, most, mirrored, rotation, brightness, empty)
    move_images(x, 30, images(how), seeded(0, 2))
    angles = []
    for row, got in zip(raw.reshape(30, channels, height, width), x, strict=True):
        down, right = (int(uniform(state) * (2 * most + 1)) - most for _ in range(2))
        flipped = mirrored and uniform(state) < 0.5
        angle = np.deg2rad(rotation) * (2 * uniform(state) - 1) if rotation else 0.0
        angles.append(angle)
        made = []
        for plane in row:
            factor = 1 + brightness * (2 * uniform(state) - 1) if brightness else 1.0
            made.append(factor * turned_by(plane, angle, down, right, flipped, empty))
        right_one = (np.array(made).ravel() - shift) / scale
        np.testing.assert_allclose(got, right_one, atol=1e-5 if dtype is np.float32 else 1e-10)
    assert not rotation or min(angles) < 0 < max(angles)


def test_nan_stays_nan():
    x = np.full((20, 4), np.nan)
    move_images(
        x, 20, images(Moved((2, 2, 1), np.zeros(4), np.ones(4), 1, True, 30.0, 0.5)), seeded(0)
    )
    assert np.isnan(x).all()


def test_training_sees_them_testing_and_plain_plans_do_not():
    batch = smooth(40, 9, 2)
    kept = batch.x.copy()
    moved = Moved((3, 3, 1), np.zeros(9), np.ones(9), 1, True, 20.0, 0.1)
    plain, other = mlp([9, 4, 2]), mlp([9, 4, 2], moved=moved)
    for size in (8, 0):  # all rows at once too
        nets = [setup.fresh(0) for setup in (plain, other, other, plain)]
        plans = [Plan(4, batch_size=size, regularised=True)] * 2
        plans += [Plan(4, batch_size=size, regularised=False)] * 2
        losses = [net.train(batch, plan).loss for net, plan in zip(nets, plans, strict=True)]
        assert not np.allclose(losses[0], losses[1])
        np.testing.assert_array_equal(losses[2], losses[3])
    np.testing.assert_array_equal(batch.x, kept)
    assert plain.fresh(0).loss(batch) == other.fresh(0).loss(batch)


def test_the_same_seed_gives_the_same_bits():
    batch, moved = smooth(40, 9, 2), Moved((3, 3, 1), np.zeros(9), np.ones(9), 1, True, 20.0, 0.1)
    setup = mlp([9, 4, 2], moved=moved, batch_size=8)
    first, second, third = (setup.fresh(seed) for seed in (0, 0, 1))
    for net in (first, second, third):
        net.train(batch, Plan(10))
    assert first.theta.tobytes() == second.theta.tobytes() != third.theta.tobytes()
