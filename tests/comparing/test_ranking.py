"""Ranks of simulated set-ups whose true order is known."""

import numpy as np
import pytest

from nndoctor.comparing.ranking import standings
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
