"""What is said of differences between scores."""

import pytest

from nndoctor.searching.telling import signed


@pytest.mark.parametrize(
    ("number", "told"),
    [(-0.0004, "+0.000"), (0.0004, "+0.000"), (-0.0006, "-0.001"), (0.1, "+0.100")],
)
def test_a_difference_of_nothing_has_no_minus(number, told):
    assert signed(number) == told
