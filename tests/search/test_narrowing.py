"""The range of the next stage: around the best, and beyond a border."""

import pytest

from nndoctor.searching.narrowing import narrowed
from nndoctor.searching.parameter import Parameter

RATE = Parameter("rate", 1e-6, 1e-2, "log")
MOMENTUM = Parameter("momentum", 0.5, 0.999, "one-minus-log")
BATCH = Parameter("batch", 16, 256, "log2", whole=True)
DEPTH = Parameter("depth", 1, 3, whole=True)


def following(one, *values, taken=lambda key, value: True):
    return narrowed(one, [{one.key: value} for value in values], taken)


def test_it_spans_the_best_and_a_little_more():
    new, edge = following(RATE, 1e-4, 3e-5, 3e-4)
    assert edge is None
    assert 1e-6 < new.low < 3e-5 < 3e-4 < new.high < 1e-2


@pytest.mark.parametrize(
    ("one", "values", "side"),
    [
        (RATE, (9e-3, 5e-3, 8e-3), "upper"),
        (RATE, (1.1e-6, 2e-6, 4e-6), "lower"),
        (MOMENTUM, (0.9985, 0.998, 0.997), "upper"),
        (BATCH, (256, 256, 128), "upper"),
        (BATCH, (16, 16, 32), "lower"),
        (DEPTH, (3, 3, 3), "upper"),
    ],
)
def test_a_best_value_at_the_border_extends_the_range_and_is_told(one, values, side):
    new, edge = following(one, *values)
    assert edge.side == side
    assert (new.high > one.high) if side == "upper" else (new.low < one.low)
    assert f"{edge.extended:g}" in edge.told
    assert new.high < 1 or one is not MOMENTUM


def test_nothing_lies_beyond_what_a_key_can_be():
    new, edge = following(DEPTH, 1, 1, 1)
    assert (new.low, edge) == (1, None)
    new, edge = following(RATE, 9e-3, 5e-3, 8e-3, taken=lambda key, value: False)
    assert (new.high, edge) == (1e-2, None)


def test_one_good_value_at_the_border_among_others_is_chance():
    assert following(RATE, 9e-3, 1e-5, 2e-5)[1] is None


def test_choices_of_any_kind_are_shown():
    one = Parameter("any", choices=(16, 0.001, True, [64, 32], "relu"))
    assert one.told == "16, 0.001, true, [64, 32], relu"


def test_choices_that_none_of_the_best_made_are_left_out():
    one = Parameter("unit", choices=("relu", "tanh", "elu"))
    assert following(one, "tanh", "relu", "tanh")[0].choices == ("relu", "tanh")


@pytest.mark.parametrize(("one", "value"), [(BATCH, 64), (DEPTH, 2)])
def test_a_whole_number_that_all_of_the_best_agree_on_is_kept_alone(one, value):
    new, edge = following(one, value, value, value)
    assert (new.low, new.high, edge) == (value, value, None)
    assert new.told == f"{value}"
    assert new.evenly(3) == [new.distribution.low] == [new.distribution.high]
    assert following(new, value)[0] == new
