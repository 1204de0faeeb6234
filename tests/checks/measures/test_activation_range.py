"""The ranges of activations that ND112, ND201 and ND202 go by."""

import numpy as np
import pytest

from nndoctor.checks.measures.activation_range import REACH, SLACK, reach

from ...oracles import activations as oracle

Z = np.linspace(-50, 50, 200_001)[:, None]


@pytest.mark.parametrize(
    "name", [name for name in oracle.VALUES if name not in ("softmax", "maxout")]
)
def test_the_range_is_that_of_the_function(name):
    values = oracle.value(name, Z, {"elu": 1.0}.get(name, 0.25))
    low, high = reach(name)
    assert low - SLACK <= values.min()
    assert values.max() <= high + SLACK
    if name in REACH:  # and no wider than it is
        assert values.min() == pytest.approx(low, abs=0.02)
        assert np.isinf(high) or values.max() == pytest.approx(high, abs=0.02)


def test_what_is_not_named_reaches_everything():
    assert reach("linear") == (-np.inf, np.inf)
