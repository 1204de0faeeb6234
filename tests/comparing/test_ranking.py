"""Ranks of simulated set-ups whose true order is known."""

from types import SimpleNamespace

import numpy as np
import pytest

from nndoctor.comparing.contest import Contest
from nndoctor.comparing.ranking import standings
from nndoctor.comparing.tables import answer
from nndoctor.comparison import Arm, Rows, Split

ROWS = Rows(Split.NEW, 0.25)
SEEDS = 5


def arms(truths, spread, rng):
    """Scores on seeds that share their luck, as runs on the same rows do."""
    luck = rng.normal(0, 0.05, SEEDS)
    return [
        Arm(truth + luck + rng.normal(0, spread, SEEDS), np.zeros((SEEDS, 0))) for truth in truths
    ]


def found(truths, spread=0.01, broken=None, seed=0):
    rng = np.random.default_rng(seed)
    return standings(arms(truths, spread, rng), broken or [0] * len(truths), ROWS)


def test_far_apart_set_ups_are_ranked_in_their_order():
    seen = found([0.5, 0.9, 0.7])
    assert [one.at for one in seen] == [1, 2, 0]
    assert [one.ranks for one in seen] == [(1, 1), (2, 2), (3, 3)]
    assert [one.worse for one in seen] == [False, True, True]


def test_shared_luck_does_not_hide_a_difference():
    seen = found([0.80, 0.86], spread=0.005)
    assert seen[1].worse
    low, high = seen[0].score.interval()
    assert high - low > 0.06  # wider than the difference


def test_equal_set_ups_are_seldom_told_apart():
    wrong = sum(any(one.worse for one in found([0.8] * 4, seed=seed)) for seed in range(200))
    assert wrong <= 20  # 5 % of them: 10, and three standard deviations


def test_identical_scores_are_no_difference():
    scores = Arm(np.full(SEEDS, 0.7), np.zeros((SEEDS, 0)))
    seen = standings([scores, scores], [0, 0], ROWS)
    assert [one.ranks for one in seen] == [(1, 2), (1, 2)]


def test_a_lost_set_up_is_last_whatever_it_scores():
    seen = found([0.9, 0.5, 0.4], broken=[1, 0, 0])
    assert seen[-1].at == 0
    assert seen[-1].ranks == (3, 3)
    assert seen[-1].worse
    assert [one.at for one in seen[:2]] == [1, 2]


def test_all_lost_is_no_order():
    seen = standings([Arm(np.zeros(SEEDS), np.zeros((SEEDS, 0)))] * 2, [5, 5], ROWS)
    assert not any(one.worse for one in seen)


@pytest.mark.parametrize("seed", range(5))
def test_the_true_rank_lies_in_the_ranks(seed):
    truths = [0.5, 0.52, 0.7, 0.9]
    for one in found(truths, spread=0.02, seed=seed):
        true = 1 + sum(other > truths[one.at] for other in truths)
        assert one.ranks[0] <= true <= one.ranks[1]


def test_no_difference_between_any_is_said_only_where_all_ranks_are_open():
    """The first has no row that is sure, the second is shown to be better than the third."""
    nothing = np.zeros((SEEDS, 0))
    arms = [
        Arm(np.array([0.4, 1.0, 0.9, 0.6, 1.0]), nothing),
        Arm(np.array([0.72, 0.71, 0.70, 0.72, 0.71]), nothing),
        Arm(np.array([0.62, 0.61, 0.60, 0.62, 0.61]), nothing),
    ]
    told = answer(contest(arms))
    assert [one.ranks for one in standings(arms, [0] * 3, ROWS)] == [(1, 3), (1, 2), (2, 3)]
    assert "any of them" not in told
    assert told.startswith("set-up 0 scores 0.780, no difference shown to set-up 1 and set-up 2")
    assert "among the others" in told
    open_ones = [arms[0], arms[1], arms[1]]
    assert answer(contest(open_ones)).startswith("no difference shown between any of them")


def contest(arms):
    found = standings(arms, [0] * len(arms), ROWS)
    trained = [
        SimpleNamespace(variant=SimpleNamespace(name=f"set-up {at}")) for at in range(len(arms))
    ]
    return Contest(tuple(trained), tuple(found), SEEDS, cut=False)
