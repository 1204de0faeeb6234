"""Shares are percentages as long as those can be read."""

import numpy as np
import pytest

from nndoctor.checks.measures.portion import portion


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
