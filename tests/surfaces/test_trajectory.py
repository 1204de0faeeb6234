"""The plane of a training run: principal directions seen from its end."""

import numpy as np
import pytest

from nndoctor.surfaces.trajectory import RANDOM_WALK, main_plane


def test_the_plane_is_that_of_the_singular_vectors():
    rng = np.random.default_rng(1)
    theta = rng.normal(size=(12, 40)).cumsum(axis=0)
    plane = main_plane(theta)
    _, singular, right = np.linalg.svd(theta - theta[-1], full_matrices=False)
    assert np.allclose(np.abs(plane.directions @ right[:2].T), np.eye(2), atol=1e-8)
    assert np.allclose(plane.shares, (singular**2 / (singular**2).sum())[:2])
    assert np.allclose(plane.way[-1], 0)
    assert (plane.way[0] >= 0).all()


def test_a_walk_along_a_line_has_one_direction():
    plane = main_plane(np.outer(np.arange(5.0), [3.0, 4.0, 0.0]))
    assert plane.shares[0] == pytest.approx(1)
    assert plane.way[:, 0] == pytest.approx([20, 15, 10, 5, 0])
    assert not plane.directions[1].any()


def test_where_nothing_moved_there_is_no_plane():
    assert main_plane(np.ones((4, 3))) is None
    assert main_plane(np.ones((1, 3))) is None


def test_a_random_walk_has_the_share_that_is_said():
    rng = np.random.default_rng(2)
    shares = main_plane(rng.normal(size=(100, 20_000)).cumsum(axis=0)).shares
    assert shares.sum() == pytest.approx(RANDOM_WALK, abs=0.01)
