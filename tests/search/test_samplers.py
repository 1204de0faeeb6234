"""The points of a grid: never more than were asked for."""

import pytest

from nndoctor import load_setup, search
from nndoctor.searching.parameter import Parameter
from nndoctor.searching.samplers import SAMPLERS, grid

from .conftest import SPACE
from .test_search import found

UNIT = Parameter("unit", choices=("relu", "tanh", "elu"))
INIT = Parameter("init", choices=("he", "xavier", "zeros"))
RATE = Parameter("rate", 1e-4, 1e-1, "log")


@pytest.mark.parametrize(
    ("space", "most", "count"),
    [
        ((UNIT, INIT), 4, 4),
        ((UNIT, INIT), 1, 1),
        ((UNIT, INIT), 9, 9),
        ((UNIT, INIT, RATE), 4, 4),
        ((UNIT, RATE), 7, 6),
        ((RATE,), 5, 5),
        (tuple(Parameter(f"{at}", choices=tuple(range(10))) for at in range(30)), 8, 8),
    ],
)
def test_a_grid_has_at_most_so_many_points_and_all_are_different(space, most, count):
    points = grid(space, most)
    assert len(points) == len({repr(point) for point in points}) == count


def test_a_grid_that_is_thinned_reaches_from_the_first_choices_to_the_last():
    points = grid((UNIT, INIT), 4)
    assert points[0] == {"unit": "relu", "init": "he"}
    assert points[-1] == {"unit": "elu", "init": "zeros"}


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_any_sampler_takes_a_parameter_with_one_value_left(recipe, sampler, monkeypatch):
    if sampler == "gp":
        pytest.importorskip("torch")
    from nndoctor.searching import search as searching

    alone = Parameter("training.batch_size", 32, 32, "log2", whole=True)
    rate = Parameter("optimizer.learning_rate", 1e-3, 1e-1, "log")
    monkeypatch.setattr(searching, "space_of", lambda recipe, rows: (rate, alone))
    report = search(load_setup(recipe(SPACE)), trials=6, stages=2, sampler=sampler)
    trials = found(report)["trials"]
    assert {one["values"]["training.batch_size"] for one in trials} == {32}
