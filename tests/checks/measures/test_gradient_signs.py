"""Inputs of one sign leave a unit's weights one direction."""

import numpy as np
import pytest

from nndoctor.checks.measures.gradient_signs import one_signed
from nndoctor.trainable import Batch

from ...engine.helpers import mlp, smooth


def signs(x, hidden="sigmoid"):
    y = smooth(len(x), 4, 2).y
    return one_signed(mlp([4, 30, 2], hidden).fresh(0), Batch(x, y))


def test_all_positive_inputs_push_all_weights_of_a_unit_one_way():
    x = np.random.default_rng(0).uniform(0.1, 1, (40, 4))
    seen = signs(x)
    assert seen["layer 1"][0] == 1  # row by row
    assert seen["output"][0] == 1  # sigmoids put out nothing but positive values
    assert signs(x, "tanh")["output"][0] < 0.1


def test_centred_inputs_do_not():
    x = np.random.default_rng(0).normal(size=(200, 4))
    a_row, together = signs(x)["layer 1"]
    assert a_row == pytest.approx(1 / 8, abs=0.1)  # four coins that fall alike: 2 of 16
    assert together < 0.4


def test_where_nothing_moves_there_is_no_share():
    assert np.isnan(signs(np.zeros((40, 4)))["layer 1"]).all()
    assert np.isnan(signs(np.full((40, 4), np.nan))["layer 1"]).all()
