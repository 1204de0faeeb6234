"""Scores against slow obvious ones, and what they must not depend on."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import matthews_corrcoef

from nndoctor.recipe import loads
from nndoctor.setup import build
from nndoctor.subjects.scoring import agreement, design_effect, matthews, score_outputs

LABELS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=60)


@pytest.mark.filterwarnings("ignore:A single label")
@settings(deadline=None)  # the first call loads a library
@given(LABELS)
def test_matthews_is_that_of_scikit_learn(pairs):
    truth, guess = np.array(pairs).T
    assert matthews(truth, guess) == pytest.approx(matthews_corrcoef(truth, guess), abs=1e-12)


def test_a_constant_guess_is_chance_and_a_right_one_perfect():
    truth = np.array([0, 1, 2, 2, 2, 2])
    assert matthews(truth, np.full(6, 2)) == 0.0
    assert matthews(truth, truth) == 1.0
    assert agreement("classification", truth, (truth + 1) % 3) == 0.0


def test_several_labels_count_alike():
    truth = np.array([[True, False], [False, False], [True, True], [False, True]])
    guess = truth.copy()
    guess[:, 1] = True
    assert agreement("multilabel", truth, guess) == 0.5


def test_a_label_that_is_the_same_in_every_row_does_not_count():
    truth = np.array([[True, True], [False, True]])
    assert agreement("multilabel", truth, truth) == 1.0
    assert agreement("multilabel", truth[:, 1:], truth[:, 1:]) == 0.0


def test_numbers_are_scored_in_their_own_units_whatever_scaled_them():
    scores = []
    for scaling in ("none", "standardize", "minmax"):
        text = (
            '[data]\ngenerator = "sine"\nn = 80\n'
            f'[data.preprocess]\ntarget = "{scaling}"\n[model]\nhidden = [4]\n'
        )
        setup = build(loads(text), "recipe", text)
        noisy = setup.target.apply(setup.target.invert(setup.train.y) + 0.1, setup.train.y.dtype)
        scores.append(score_outputs(setup, noisy, setup.train))
    assert scores == pytest.approx([scores[0]] * 3, abs=1e-4)
    assert 0.9 < scores[0] < 1


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_scores_nothing(bad):
    text = '[data]\ngenerator = "blobs"\nn = 80\n[model]\nhidden = [4]\n'
    setup = build(loads(text), "recipe", text)
    outputs = setup.trainable.fresh(0).outputs(setup.train)
    outputs[3, 1] = bad
    assert score_outputs(setup, outputs, setup.train) == 0.0


def test_rows_of_a_group_count_as_one_where_they_share_their_target_and_alone_where_not():
    who = np.repeat(np.arange(50), 8)
    random = np.random.default_rng(0)
    same = random.normal(size=(50, 1))[who]
    assert design_effect(same, who) == pytest.approx(8)
    assert design_effect(random.normal(size=(400, 1)), who) == pytest.approx(1, abs=0.3)
    half = same + same.std() * random.normal(size=(400, 1))  # half of the variance is the group's
    assert design_effect(half, who) == pytest.approx(1 + 7 / 2, abs=0.8)
    assert design_effect(same, np.arange(400)) == 1
