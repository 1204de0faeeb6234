import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nndoctor.engine.layout import (
    BIAS,
    GAIN,
    INPUTS,
    LEARNT,
    LENGTHS,
    OFFSET,
    PLACE,
    RUNNING,
    UNITS,
    WEIGHTS,
    WIDTH,
    Shape,
    layout,
)

SHAPES = st.builds(
    Shape,
    st.integers(1, 9),
    st.booleans(),
    st.integers(1, 3),
    st.booleans(),
    st.booleans(),
    weight_norm=st.booleans(),
)
STACKS = st.lists(SHAPES, min_size=1, max_size=6)


def _normed_first(inputs, stack, normed):
    return [Shape(inputs, normed=True, dense=False)] * normed + stack


def _views(one, theta):
    """For each layer W, b, gain with shift, what is learnt, lengths: in this order in theta."""
    kinds = (one.weights, one.bias, one.gain_and_shift, one.learnt, one.lengths)
    return list(zip(*(kind(theta) for kind in kinds), strict=True))


@given(st.integers(1, 9), STACKS, st.booleans())
def test_views_cover_theta_exactly_once_layer_after_layer(inputs, stack, normed):
    one = layout(inputs, _normed_first(inputs, stack, normed))
    theta = np.zeros(one.parameters)
    views = [view for layer in _views(one, theta) for view in layer if view.size]
    for number, view in enumerate(views, 1):
        view += number
    right = [np.full(view.size, number) for number, view in enumerate(views, 1)]
    np.testing.assert_array_equal(theta, np.concatenate([*right, np.zeros(0)]))


@given(st.integers(1, 9), STACKS, st.booleans())
def test_the_table_says_what_the_views_are(inputs, stack, normed):
    stack = _normed_first(inputs, stack, normed)
    one = layout(inputs, stack)
    theta = np.arange(one.parameters)
    offset = place = running = 0
    for row, shape, (w, b, scales, learnt, lengths) in zip(
        one.table, stack, _views(one, theta), strict=True
    ):
        assert (row[INPUTS], row[UNITS], row[WIDTH]) == (inputs, shape.units, shape.width)
        assert w.shape == (inputs * shape.dense, shape.width)
        assert b.size == shape.width * (shape.bias and shape.dense)
        assert scales.shape == (2, shape.width * shape.normed)
        assert learnt.size == shape.units * shape.learns
        assert lengths.size == shape.width * shape.weight_norm
        starts = ((WEIGHTS, w), (BIAS, b), (GAIN, scales), (LEARNT, learnt), (LENGTHS, lengths))
        assert all(row[column] == (view.flat[0] if view.size else -1) for column, view in starts)
        assert (row[OFFSET], row[PLACE], row[RUNNING]) == (offset, place, running)
        inputs, offset, place = shape.units, offset + shape.units, place + shape.width
        running += shape.width * shape.normed
    assert (one.units, one.places, one.normed) == (offset, place, running)
    assert one.weight_norm == any(shape.weight_norm for shape in stack)


@given(st.integers(1, 9), STACKS, st.booleans())
def test_parameter_arrays_are_the_views(inputs, stack, normed):
    one = layout(inputs, _normed_first(inputs, stack, normed))
    theta = np.arange(one.parameters)
    views = []
    for w, b, scales, *rest in _views(one, theta):
        rows = (w, b[None], *scales[:, None], *(view[None] for view in rest))
        views += [view for view in rows if view.size]
    assert one.arrays.tolist() == [[view.flat[0], *view.shape] for view in views]
