"""ND608: dead against sparse, born dead against died, by bias against by weights."""

import numpy as np
import pytest

from nndoctor.checks.layers.unit_census import Census, LayerCensus, UnitCensus
from nndoctor.checks.measures.dead_unit_causes import causes_of_death
from nndoctor.findings import Status
from nndoctor.recipe import loads
from nndoctor.setup import build
from nndoctor.trainable import Batch
from nndoctor.watch import Watch

from ..fakes import Stopping, Valley, batch
from ..setups import made


def census(*layers, loss=1.0, chance=1.0, updates=100):
    moments = np.linspace(0, updates, len(layers[0])).astype(np.int64)
    told = tuple(LayerCensus(f"layer {k}", a, {}) for k, a in enumerate(map(np.array, layers), 1))
    return Census(told, moments, 50, loss, chance)


def active(units=20, born=0, died=0):
    """Three moments; the first units are dead all along, the next die after the first."""
    share = np.full((3, units), 0.5)
    share[:, :born] = 0
    share[1:, born : born + died] = 0
    return share


@pytest.mark.parametrize(
    ("born", "died", "status"),
    [
        (0, 0, Status.OK),
        (0, 2, Status.OK),
        (0, 3, Status.WARNING),
        (8, 0, Status.OK),
        (9, 0, Status.WARNING),
        (20, 0, Status.ERROR),
        (10, 10, Status.ERROR),
    ],
)
def test_the_worst_layer_is_judged_by_what_died_and_by_what_is_dead(born, died, status):
    found = UnitCensus().judge(census(active(), active(born=born, died=died)))
    assert found.status is status
    row = found.evidence[0].rows[0 if born or died else 1]
    assert row[:4] == ("layer 2", 20, born + died, born)
    assert row[4] == ("0 to 50" if died else "")


def test_a_network_that_learnt_does_not_need_its_dead_units():
    dead = active(died=15)
    assert UnitCensus().judge(census(dead, loss=0.49)).status is Status.NOTE
    assert UnitCensus().judge(census(dead, loss=0.51)).status is Status.WARNING
    assert UnitCensus().judge(census(dead, loss=np.nan)).status is Status.WARNING
    assert UnitCensus().judge(census(active(died=20), loss=0.1)).status is Status.ERROR


def test_one_dead_unit_is_luck_and_nan_is_never_ok():
    assert UnitCensus().judge(census(active(5, died=1))).status is Status.OK
    odd = active()
    odd[-1, 0] = np.nan
    assert UnitCensus().judge(census(odd)).status is Status.ERROR


def test_sparse_units_are_counted_and_are_no_fault():
    sparse = active()
    sparse[-1, :15] = 0.04
    found = UnitCensus().judge(census(sparse))
    assert found.status is Status.OK
    assert found.evidence[0].rows[0][-1] == 15


def test_causes_are_those_that_were_planted():
    setup = made("gaussian", "[8]")
    model = setup.trainable.fresh(0)
    parameters = model.parameters()
    weights, bias = parameters["layer 1 weights"], parameters["layer 1 bias"]
    bias[:] = 0
    bias[:3] = -1e3  # with weights that would fire
    weights[:, 3:5] = 0
    bias[3:5] = -1  # nothing but a bias
    probe = setup.train.sample(100)
    dead = (model.values(probe)["layer 1"] == 0).all(axis=0)
    assert dead.sum() == 5
    assert causes_of_death(model, probe, "layer 1", dead) == {"bias": 3, "weights": 2}
    nothing = Batch(np.zeros_like(probe.x), probe.y)
    assert causes_of_death(model, nothing, "layer 1", dead) == {"lack of input": 5}
    assert causes_of_death(model, probe, "layer 1", np.zeros(8, bool)) == {}


def test_behind_a_norm_the_cause_is_not_known():
    model = (setup := made("gaussian", "[8]", model="batch_norm = true")).trainable.fresh(0)
    dead = np.arange(8) < 2
    told = causes_of_death(model, setup.train.sample(50), "layer 1", dead)
    assert told == {"unknown cause": 2}


def seen(setup, updates=100, watch=None):
    return UnitCensus().measure(
        setup.trainable,
        setup.train,
        setup.train.sample(200),
        updates=updates,
        seed=0,
        watch=watch or Watch(),
    )


def test_real_units_die_under_a_mad_rate():
    hot = seen(made("gaussian", "[32, 32]", optimizer='name = "sgd"\nlearning_rate = 3.0'), 200)
    assert sum(layer.dead.sum() for layer in hot.layers) > 3
    assert "dead units" in [one.name for one in UnitCensus().judge(hot).evidence]
    for layer in hot.layers:
        assert layer.born == 0
        assert sum(layer.causes.values()) == layer.dead.sum()
    row = UnitCensus().judge(hot).evidence[0].rows[0]
    assert row[2] > 3
    begin, end = map(int, row[4].split(" to "))
    assert 0 <= begin < end <= 200


def test_where_no_unit_dies_there_is_no_curve_of_it():
    sound = seen(made("gaussian", "[32]"), 50)
    assert sum(layer.dead.sum() for layer in sound.layers) == 0
    assert len(sound.moments) >= 3
    assert "dead units" not in [one.name for one in UnitCensus().judge(sound).evidence]


@pytest.mark.parametrize(("bias", "dead"), [(0, []), (-100, [3])])
def test_outputs_count_where_all_of_them_are_dead(bias, dead):
    last = f'[[model.layers]]\nunits = 3\nactivation = "relu"\nbias_init = "constant({bias})"'
    text = f'[data]\ngenerator = "blobs"\n{last}\n'
    found = seen(build(loads(text), "recipe", text))
    assert [int(one.dead.sum()) for one in found.layers] == dead
    assert UnitCensus().judge(found).status is (Status.ERROR if dead else Status.OK)


def test_untrained_units_are_looked_at_once():
    found = seen(made("gaussian", "[32]"), updates=0)
    assert found.moments.tolist() == [0]
    assert UnitCensus().judge(found).status is Status.OK


def test_what_cannot_die_is_alive_and_what_cannot_be_seen_is_not_judged():
    immortal = seen(made("spiral", model='activation = "tanh"'))
    assert immortal.moments.tolist() == [0]
    assert UnitCensus().judge(immortal).status is Status.OK
    hidden = UnitCensus().measure(Valley(), batch(), batch(), updates=5, seed=0, watch=Watch())
    assert UnitCensus().judge(hidden).status is Status.SKIP


def test_a_cut_run_says_so():
    assert seen(made("spiral"), 100_000, Stopping(1)).cancelled
