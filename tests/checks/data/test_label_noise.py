"""ND118: wrong labels are told from classes that overlap."""

import numpy as np
import pytest
from scipy.special import ndtri
from sklearn.datasets import load_breast_cancer, load_digits, load_iris, load_wine, make_moons

from nndoctor.checks.data.label_noise import LabelNoise, Surest
from nndoctor.checks.measures.class_opinions import class_opinions
from nndoctor.findings import Status

from .tables import normal, table

OK, SKIP, WARNING = Status.OK, Status.SKIP, Status.WARNING
SEEDS = range(6)


def flipped(y, share, seed):
    """Some labels replaced by another class, and which."""
    rng = np.random.default_rng([seed, 1])
    there, count = rng.random(len(y)) < share, y.max() + 1
    return np.where(there, (y + rng.integers(1, count, len(y))) % count, y), there


def overlapping(seed, n, error):
    """Two normal classes; the best answer is wrong for such a share."""
    return normal(seed, n, 2, apart=-np.sqrt(2) * ndtri(error))


def moons(seed, n, noise):
    return make_moons(n, noise=noise, random_state=seed)


REAL = {"iris": load_iris, "wine": load_wine, "cancer": load_breast_cancer, "digits": load_digits}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("n", [150, 400, 1000])
@pytest.mark.parametrize("error", [0.0001, 0.05, 0.1, 0.2, 0.3])
def test_classes_that_overlap_are_left_alone(seed, n, error):
    x, y = overlapping(seed, n, error)
    assert LabelNoise().examine(table(x, y, seed=seed)).status in (OK, SKIP)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("noise", [0.1, 0.2, 0.3, 0.4])
def test_moons_that_overlap_are_left_alone(seed, noise):
    assert LabelNoise().examine(table(*moons(seed, 500, noise), seed=seed)).status is OK


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("n", [300, 1500])
def test_classes_that_nothing_tells_apart_are_left_alone(seed, n):
    """Two of three classes lie on each other, or two of them do on half of the rows."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 3, n)
    x = rng.normal(size=(n, 2)) + np.array([[0, 0], [0, 0], [5, 5]])[y]
    assert LabelNoise().examine(table(x, y, seed=seed)).status is OK
    halves, side = rng.integers(0, 2, n), rng.integers(0, 2, n)
    x = np.column_stack([rng.normal(size=n) + 4 * side * halves, 4.0 * side])
    assert LabelNoise().examine(table(x, halves, seed=seed)).status in (OK, SKIP)


@pytest.mark.parametrize("name", REAL)
def test_real_tables_are_left_alone(name):
    real = REAL[name]()
    assert LabelNoise().examine(table(real.data, real.target)).status is OK


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("share", [0.1, 0.2, 0.3])
@pytest.mark.parametrize("kind", ["normal", "moons"])
def test_flipped_labels_are_told_and_named(seed, share, kind):
    x, y = overlapping(seed, 1500, 0.001) if kind == "normal" else moons(seed, 1500, 0.1)
    given, there = flipped(y, share, seed)
    found = LabelNoise().examine(table(x, given, seed=seed))
    assert (found.status, found.suggests[0]) == (WARNING, "labels_noisy")
    assert found.measured == pytest.approx(share, abs=0.08)
    shown = np.array([row[0] - 1 for row in found.evidence[0].rows])
    assert there[shown].mean() > 0.9


@pytest.mark.parametrize("seed", SEEDS)
def test_labels_of_several_classes_and_of_one_side_only(seed):
    digits = load_digits()
    given, _ = flipped(digits.target, 0.2, seed)
    assert LabelNoise().examine(table(digits.data, given, seed=seed)).status is WARNING
    x, y = overlapping(seed, 1500, 0.001)
    one_side = np.where(flipped(y, 0.25, seed)[1], 0, y)
    assert LabelNoise().examine(table(x, one_side, seed=seed)).status is WARNING


@pytest.mark.parametrize("seed", SEEDS)
def test_what_says_nothing_of_its_labels_is_not_asked(seed):
    rng = np.random.default_rng(seed)
    x, rare = rng.normal(size=(600, 3)), (rng.random(600) < 0.1).astype(int)
    assert LabelNoise().examine(table(x, rare)).status is SKIP
    assert LabelNoise().examine(table(np.zeros((600, 2)), rare)).status is SKIP
    assert LabelNoise().examine(table(x[:99], rare[:99])).status is SKIP
    assert LabelNoise().examine(table(x, x[:, 0], "regression")).status is SKIP


def test_the_share_that_overlap_leaves_is_that_of_logistic_tails():
    """Far from the border, by the densities themselves."""
    for apart in (0.5, 1.0, 2.0):
        error = 1 / (1 + np.exp(apart))  # of the best answer, the classes at +-apart
        x = 25.0
        density = [np.exp(-(x - m)) / (1 + np.exp(-(x - m))) ** 2 for m in (apart, -apart)]
        seen = Surest(100, error, 0.9, 10)
        assert seen.overlap == pytest.approx(density[1] / sum(density), rel=1e-6)


def test_no_row_speaks_for_its_own_label():
    x, y = overlapping(0, 300, 0.1)
    other = y.copy()
    other[7] = 1 - y[7]
    told, otherwise = (class_opinions(x, labels, 0) for labels in (y, other))
    for one, changed in ((told.few, otherwise.few), (told.many, otherwise.many)):
        assert np.abs(changed[7] - one[7]).max() == 0


@pytest.mark.parametrize(
    ("error", "otherwise", "gain", "status"),
    [
        (0.1, 12, 0.8, WARNING),
        (0.1, 3, 0.8, OK),  # as many as odd rows are
        (0.2, 12, 0.6, OK),  # fewer than everywhere
        (0.3, 20, 0.4, OK),  # as many as chance has it
        (0.3, 33, 0.4, WARNING),
        (0.1, 12, 0.24, SKIP),
        (0.1, 12, np.nan, SKIP),
        (0.0, 0, 1.0, OK),
    ],
)
def test_judging(error, otherwise, gain, status):
    seen = Surest(400, error, gain, 100, ((1, "a", "b", 0.9),) * otherwise)
    assert LabelNoise().judge(seen).status is status


def test_models_that_are_sure_of_no_row_have_no_say():
    assert LabelNoise().judge(Surest(400, 0.5, 0.3, 0)).status is SKIP
    assert LabelNoise().judge(Surest(400, np.nan, 0.0, 0)).status is SKIP
