import numpy as np
import pytest

from nndoctor.data import GENERATORS, generate, guess_task

from .helpers import refused


@pytest.mark.parametrize("name", sorted(GENERATORS))
def test_every_generator_has_defaults_a_source_and_obeys_its_seed(name):
    data, again, other = generate(name), generate(name), generate(name, seed=1)
    assert len(data) == GENERATORS[name].n
    assert data.x.shape[1] == GENERATORS[name].d
    assert np.isfinite(data.x).all()
    assert np.array_equal(data.x, again.x)
    assert not np.array_equal(data.x, other.x)
    assert "Source:" in (GENERATORS[name].make.__doc__ or "")
    assert guess_task(data)[0] == ("regression" if name in ("sine", "sparse") else "classification")


@pytest.mark.parametrize("name", ["gaussian", "spiral", "blobs", "circles"])
def test_classes_and_rows_as_asked(name):
    data = generate(name, n=101, classes=4)
    assert len(data) == 101
    assert set(data.y.ravel().tolist()) == {0, 1, 2, 3}


def test_gaussian_has_unit_moments():
    x = generate("gaussian", n=2000, d=50).x
    assert abs(x.mean()) < 0.02
    assert abs(x.std() - 1) < 0.02


def test_spiral_without_noise_lies_on_its_arms():
    data = generate("spiral", noise=0)
    radius = np.hypot(*data.x.T)
    angle = np.arctan2(data.x[:, 0], data.x[:, 1])
    expected = 4 * radius + 2 * np.pi * data.y[:, 0] / 3
    np.testing.assert_allclose(np.cos((angle - expected)[radius > 0]), 1, atol=1e-9)
    assert radius.max() == pytest.approx(1)


@pytest.mark.parametrize("d", [2, 3])
def test_xor_is_the_parity_of_its_corner(d):
    data = generate("xor", d=d, n=2**d, noise=0)
    assert len({tuple(row) for row in data.x.tolist()}) == 2**d
    assert (data.x.sum(axis=1) % 2 == data.y[:, 0]).all()


def test_circles_without_noise_have_their_radius():
    data = generate("circles", classes=2, noise=0)
    np.testing.assert_allclose(np.hypot(*data.x.T), (data.y[:, 0] + 1) / 2)


def test_moons_without_noise_are_half_circles():
    data = generate("moons", noise=0)
    upper, lower = (data.x[data.y[:, 0] == label] for label in (0, 1))
    np.testing.assert_allclose(np.hypot(*upper.T), 1)
    np.testing.assert_allclose(np.hypot(lower[:, 0] - 1, lower[:, 1] - 0.5), 1)
    assert upper[:, 1].min() >= 0
    assert lower[:, 1].max() <= 0.5


def test_sine_is_a_sine():
    data = generate("sine")
    np.testing.assert_allclose(np.sin(data.x), data.y)


def test_digits_are_images_and_each_is_there_once():
    data = generate("digits")
    assert set(np.unique(data.x)) <= set(range(17))
    assert len({tuple(row) for row in data.x.tolist()}) == len(data) == 1797


def test_sparse_columns_move_together_in_fives_and_three_of_them_count():
    data = generate("sparse", n=2000, noise=0)
    near = np.corrcoef(data.x[:, :10].T)
    assert near[0, 4] > 0.98
    assert abs(near[0, 5]) < 0.1
    np.testing.assert_allclose(data.x[:, :15].sum(axis=1), data.y[:, 0])


def test_noise_moves_the_points_by_as_much():
    quiet, loud = generate("blobs", n=3000, noise=0), generate("blobs", n=3000, noise=2)
    assert np.std(loud.x - quiet.x) == pytest.approx(2, rel=0.05)


@pytest.mark.parametrize(
    ("name", "settings", "problem", "hint"),
    [
        ("spirals", {}, "'spirals'", "spiral"),
        ("spiral", {"d": 3}, "d = 3", "it makes 2 features"),
        ("moons", {"classes": 3}, "classes = 3", "it makes 2 classes"),
        ("sine", {"classes": 2}, "classes = 2", "it makes 0 classes"),
        ("blobs", {"n": 2}, "n = 2", "at least 3 rows"),
        ("blobs", {"n": 0}, "n = 0", "at least 3 rows"),
        ("digits", {"n": 1798}, "n = 1798", "10 to 1797 rows"),
        ("blobs", {"d": 0}, "d = 0", "at least 1 features"),
        ("blobs", {"classes": 1}, "classes = 1", "at least 2 classes"),
        ("blobs", {"noise": -1.0}, "noise = -1.0", "from 0 on"),
        ("blobs", {"noise": float("nan")}, "noise = nan", "from 0 on"),
        ("gaussian", {"noise": 1.0}, "noise = 1.0", "noise already"),
        ("blobs", {"classes": 500}, "300 rows for 500 classes", "set n"),
    ],
)
def test_impossible_settings(name, settings, problem, hint):
    (mistake,) = refused(lambda: generate(name, **settings))
    assert problem in mistake.problem
    assert hint in mistake.hint


def test_all_impossible_settings_at_once():
    assert len(refused(lambda: generate("moons", n=1, d=3, classes=3, noise=-1))) == 4
