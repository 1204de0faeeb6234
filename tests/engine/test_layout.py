import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nndoctor.engine.layout import BIAS, INPUTS, OFFSET, UNITS, WEIGHTS, layout

STACKS = st.lists(st.tuples(st.integers(1, 9), st.booleans()), min_size=1, max_size=6)


@given(st.integers(1, 9), STACKS)
def test_views_cover_theta_exactly_once_weights_before_bias(inputs, stack):
    units, biases = zip(*stack, strict=True)
    one = layout(inputs, units, biases)
    theta = np.zeros(one.parameters)
    views = [
        view
        for pair in zip(one.weights(theta), one.bias(theta), strict=True)
        for view in pair
        if view.size
    ]
    for number, view in enumerate(views, 1):
        view += number
    right = [np.full(view.size, number) for number, view in enumerate(views, 1)]
    np.testing.assert_array_equal(theta, np.concatenate(right))


@given(st.integers(1, 9), STACKS)
def test_the_table_says_what_the_views_are(inputs, stack):
    units, biases = zip(*stack, strict=True)
    one = layout(inputs, units, biases)
    theta = np.arange(one.parameters)
    offset = 0
    views = zip(one.table, one.weights(theta), one.bias(theta), biases, strict=True)
    for row, w, b, has_bias in views:
        assert w.shape == (row[INPUTS], row[UNITS])
        assert w[0, 0] == row[WEIGHTS]
        assert b.size == row[UNITS] * has_bias
        assert row[BIAS] == (b[0] if has_bias else -1)
        assert row[OFFSET] == offset
        offset += row[UNITS]
    assert one.units == offset


@given(st.integers(1, 9), STACKS)
def test_the_arrays_are_the_views_a_bias_being_one_row(inputs, stack):
    units, biases = zip(*stack, strict=True)
    one = layout(inputs, units, biases)
    theta = np.arange(one.parameters)
    pairs = zip(one.weights(theta), one.bias(theta), strict=True)
    views = [view for w, b in pairs for view in (w, b[None]) if view.size]
    assert one.arrays.tolist() == [[view[0, 0], *view.shape] for view in views]
