"""Shares are percentages as long as those can be read."""

import numpy as np
import pytest

from nndoctor.checks.measures.portion import percent, portion


@pytest.mark.parametrize(
    ("share", "told"),
    [
        (0.26, "26% of"),
        (9.994, "999% of"),
        (2105104.81, "2.1e+06 times"),
        (np.inf, "inf times"),
        (np.nan, "nan times"),
    ],
)
def test_a_multiple_where_it_is_many_times_the_whole(share, told):
    assert portion(share) == told


@pytest.mark.parametrize(
    ("share", "told"),
    [(0.0, "0.0%"), (4e-4, "less than 0.1%"), (6e-4, "0.1%"), (0.126, "12.6%"), (np.nan, "nan%")],
)
def test_a_small_share_is_not_told_as_none(share, told):
    assert percent(share) == told
