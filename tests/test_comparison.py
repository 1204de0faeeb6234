"""The interval holds what it says, by simulation without training; one draw shows nothing."""

import numpy as np
import pytest

from nndoctor.comparison import (
    LOOKS,
    Arm,
    Difference,
    Rows,
    Split,
    chance_of_f,
    compare,
    shown,
)

pytestmark = pytest.mark.slow  # whole runs, or processes of their own

TIMES = 2000


def arms(gaps, groups=None, draws=()):
    gaps = np.asarray(gaps, float)
    groups = np.repeat(gaps[:, None], 5, axis=1) if groups is None else groups
    return Arm(gaps, groups, draws), Arm(np.zeros_like(gaps), np.zeros_like(groups), draws)


def resplit(rng, seeds, effect, ratio):
    """Differences of seeds that split the same rows: any two correlate by ratio / (1 + ratio)."""
    shared = ratio / (1 + ratio)
    noise = np.sqrt(shared) * rng.normal() + np.sqrt(1 - shared) * rng.normal(size=seeds)
    return effect + 0.1 * noise


@pytest.mark.parametrize("seeds", [3, 5, 10])
@pytest.mark.parametrize("ratio", [0.25, 1.0])
def test_new_splits_of_the_same_rows_are_covered_as_stated(seeds, ratio):
    rng = np.random.default_rng(seeds)
    rows = Rows(Split.NEW, ratio)
    found = [compare(*arms(resplit(rng, seeds, 0.3, ratio)), rows) for _ in range(TIMES)]
    held = [one.interval(0.1)[0] <= 0.3 <= one.interval(0.1)[1] for one in found]
    assert np.mean(held) == pytest.approx(0.9, abs=0.02)


def dying(rng, seeds, share):
    """Runs that score 0.6 on splits of the same rows, but 0 where their start is lost."""
    lost = rng.random(seeds) < share
    scores = np.where(lost, 0.0, 0.6 + resplit(rng, seeds, 0.0, 0.25))
    return Arm(scores, np.repeat(scores[:, None], 5, axis=1), lost=tuple(lost))


def shown_to_gain(seeds, share, now, alpha):
    rng, rows = np.random.default_rng(seeds), Rows(Split.NEW, 0.25)
    pairs = [(dying(rng, seeds, now), dying(rng, seeds, share)) for _ in range(TIMES)]
    return np.mean([compare(high, low, rows).shows(0.0, alpha) for high, low in pairs])


@pytest.mark.parametrize(("seeds", "alpha"), [*LOOKS.items()])
@pytest.mark.parametrize("share", [0.0, 0.1, 0.3, 0.5, 0.7])
def test_as_many_lost_seeds_as_before_are_no_gain(seeds, alpha, share):
    assert shown_to_gain(seeds, share, share, alpha) <= alpha + 0.008


@pytest.mark.parametrize(("share", "power"), [(0.5, 0.4), (0.7, 0.75)])
def test_fewer_lost_seeds_are_a_gain_that_ten_of_them_show(share, power):
    assert shown_to_gain(10, share, 0.0, 0.0125) >= power


@pytest.mark.parametrize("seeds", [3, 5, 10])
def test_without_the_correction_the_same_interval_would_hold_too_rarely(seeds):
    rng = np.random.default_rng(seeds)
    found = [compare(*arms(resplit(rng, seeds, 0.3, 1.0)), Rows(Split.NEW)) for _ in range(TIMES)]
    held = [one.interval(0.1)[0] <= 0.3 <= one.interval(0.1)[1] for one in found]
    assert np.mean(held) < 0.85


@pytest.mark.parametrize("seeds", [3, 5, 10])
@pytest.mark.parametrize("spread", [0.0, 0.02, 0.2])
def test_fixed_rows_add_their_own_error_to_that_of_the_seeds(seeds, spread):
    """Each seed's score is a mean over the same 100 rows, in 20 groups of 5."""
    rng = np.random.default_rng(seeds)
    held = []
    for _ in range(TIMES):
        of_rows = rng.normal(0.3, 0.5, size=(20, 5))
        of_seeds = spread * rng.normal(size=seeds)
        totals = of_rows.mean() + of_seeds
        left = (of_rows.sum() - of_rows.sum(axis=1)) / 95
        one = compare(*arms(totals, left[None] + of_seeds[:, None]), Rows(Split.FIXED))
        low, high = one.interval(0.1)
        held.append(low <= 0.3 <= high)
    assert np.mean(held) > 0.88  # Satterthwaite is an approximation, on the careful side
    assert np.mean(held) < 0.95


@pytest.mark.parametrize("seeds", [3, 5, 10])
def test_the_family_of_claims_errs_as_rarely_as_one(seeds):
    """Twenty neutral changes share the baseline's noise; any that is shown is an error."""
    rng = np.random.default_rng(seeds)
    errors = 0
    for _ in range(600):
        common = resplit(rng, seeds, 0.0, 0.25)
        changes = [common + resplit(rng, seeds, 0.0, 0.25) for _ in range(20)]
        found = [compare(*arms(one), Rows(Split.NEW, 0.25)) for one in changes]
        errors += any(shown(found, margin=0.0, alpha=0.05))
    assert errors / 600 <= 0.06


def test_looking_again_with_more_seeds_keeps_the_error():
    rng = np.random.default_rng(1)
    rows, wrong = Rows(Split.NEW, 0.25), 0
    for _ in range(TIMES):
        gaps = resplit(rng, 10, 0.05, 0.25)
        wrong += any(
            compare(*arms(gaps[:count]), rows).shows(0.05, alpha) for count, alpha in LOOKS.items()
        )
    assert sum(LOOKS.values()) == pytest.approx(0.05)
    assert wrong / TIMES <= 0.055


def test_t_and_not_two_standard_errors():
    one = compare(*arms([0.1, 0.2, 0.3]), Rows(Split.TRAINING))
    assert one.error == pytest.approx(0.1 / np.sqrt(3))
    assert one.lower(0.05) == pytest.approx(0.2 - 2.919986 * one.error, rel=1e-5)


def test_no_interval_goes_beyond_what_scores_can_differ_by():
    assert Difference(0.8, 0.1, 2.0).interval() == pytest.approx((0.8 - 0.430265, 1.0), rel=1e-5)
    assert Difference(-0.8, 0.1, 2.0).interval()[0] == -1.0
    assert Difference(0.8, np.inf, 1.0).interval() == (-np.inf, np.inf)


def test_one_draw_shows_nothing_however_often_it_is_repeated():
    twice = arms([0.9, 0.9, 0.9], draws=("a", "a", "a"))
    found = compare(*twice, Rows(Split.TRAINING))
    assert found.mean == pytest.approx(0.9)
    assert not found.shows(0.0)
    assert not found.excludes(5.0)


def test_equal_draws_count_once():
    many = compare(*arms([0.1] * 5 + [0.3], draws=("a",) * 5 + ("b",)), Rows(Split.TRAINING))
    assert many.mean == pytest.approx(0.2)
    assert many.df == 1


def test_seeds_that_agree_on_few_rows_do_not_hide_the_error_of_the_rows():
    left = np.repeat(np.array([[0.0, 0.1, 0.2, 0.3, 0.4]]), 3, axis=0)
    found = compare(*arms([0.2, 0.2, 0.2], left), Rows(Split.NEW, 0.25))
    assert found.error > 0.1


def test_runs_that_trained_on_different_rows_are_compared_by_their_scores_alone():
    many, few = (Arm(np.array([0.1, 0.2]) * n, np.zeros((2, n))) for n in (3, 2))
    assert compare(many, few, Rows(Split.TRAINING)).mean == pytest.approx(0.15)


def test_nan_shows_nothing():
    found = compare(*arms([0.1, np.nan, 0.3]), Rows(Split.NEW, 0.25))
    assert not found.shows(0.0)
    assert not found.excludes(1.0)
    assert shown([found, Difference(0.5, 0.01, 9.0)]) == [False, True]


def test_small_differences_are_no_causes_however_sure():
    assert shown([Difference(0.019, 0.0, 9.0), Difference(0.021, 0.0, 9.0)]) == [False, True]


def test_holm_stops_at_the_first_that_is_not_shown():
    sure, close = Difference(0.5, 0.01, 9.0), Difference(0.06, 0.02, 9.0)
    assert close.shows(0.02, 0.05)
    assert shown([close, sure]) == [True, True]
    assert shown([close, sure, close]) == [False, True, False]


def test_chance_of_f_is_that_of_the_table_and_certain_where_nothing_is_free():
    assert chance_of_f(np.array([4.965]), 1, 10)[0] == pytest.approx(0.05, abs=1e-4)
    assert chance_of_f(np.array([np.inf, 9.0]), 2, 0).tolist() == [1.0, 1.0]
