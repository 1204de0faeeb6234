"""Inputs are joined again to what a column of the file tells."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nndoctor.checks.measures.file_columns import told_columns


def told(x, *origins):
    """By name and number of inputs."""
    inputs_of = {name: [j for j, its in enumerate(origins) if its == name] for name in origins}
    return [*told_columns(np.asarray(x, np.float64), inputs_of)]


@given(st.integers(2, 70), st.lists(st.integers(0, 10**6), min_size=1, max_size=30))
def test_rows_of_one_level_get_one_number_and_others_another(levels, drawn):
    level = np.array(drawn) % levels
    (one,) = told(np.eye(levels)[level], *["kind"] * levels)
    assert len(np.unique(one.values)) == len(np.unique(level))
    assert len(np.unique(np.column_stack([one.values, level]), axis=0)) == len(np.unique(level))


@pytest.mark.parametrize("levels", [3, 60])
def test_a_level_that_is_missing_stays_so(levels):
    flags = np.eye(levels)
    flags[1] = np.nan
    (one,) = told(flags, *["kind"] * levels)
    assert np.flatnonzero(np.isnan(one.values)).tolist() == [1]


def test_numbers_stay_as_they_are_and_so_does_a_flag_of_its_own():
    x = [[2001, 3, 1, 0.5, 1], [2002, 4, 0, 0.5, 0]]
    seen = told(x, "day", "day", "day", "size", "paid")
    assert [(one.name, list(one.inputs)) for one in seen] == [
        ("day", [0]),
        ("day", [1]),
        ("day", [2]),
        ("size", [3]),
        ("paid", [4]),
    ]
    assert seen[1].values.tolist() == [3, 4]
