"""A saved network that was changed is refused: compiled code trusts what is in it."""

import json

import numpy as np
import pytest

from nndoctor.adapters.restoring import restore
from nndoctor.errors import DataError
from nndoctor.setup import load_model, resume_network, save_network
from nndoctor.trainable import Batch, Plan

from .runs import Stop, made, trained

CHANGES = (
    "training.ema=0.9",
    "model.batch_norm=true",
    "training.early_stopping.patience=9",
    "training.ensemble.checkpoints=2",
)
STATE = ("theta", "running", "average", "slots", "random", "clock", "order", "optimizer")


@pytest.fixture
def saved(tmp_path):
    """A set-up, the file of its stopped run, and the arrays in it."""
    setup, path = made(*CHANGES), tmp_path / "run.npz"
    run, network, progress = trained(setup, Stop(20))
    save_network(path, setup, 0, network, progress, run.ending)
    with np.load(path) as held:
        return setup, path, dict(held)


def refused(saved, changed):
    setup, path, _ = saved
    np.savez(path, **changed)
    for use in (load_model, lambda path: resume_network(path, setup, 0)):
        with pytest.raises(DataError, match="no saved network, or damaged") as raised:
            use(path)
        assert raised.value.mistakes[0].hint


def test_it_is_taken_over_as_it_was(saved):
    setup, path, arrays = saved
    network, _ = resume_network(path, setup, 0)
    for name, array in network.state().items():
        np.testing.assert_array_equal(arrays[f"network.{name}"], array)
    load_model(path)


@pytest.mark.parametrize("name", STATE)
@pytest.mark.parametrize("how", ["longer", "shorter", "dtype", "shape", "absent", "renamed"])
def test_no_array_has_another_form(saved, name, how):
    arrays = dict(saved[2])
    array = arrays.pop(key := f"network.{name}")
    flat = array.ravel()
    changed = {
        "longer": {key: np.append(flat, flat)},
        "shorter": {key: flat[:-1]},
        "dtype": {key: np.zeros(array.shape, np.complex64)},
        "shape": {key: array[None]},
        "absent": {},
        "renamed": {f"{key}s": array},
    }[how]
    refused(saved, arrays | changed)


OUT_OF_RANGE = {
    "an order with a row that is not there": ("order", 0, 1 << 40),
    "an order below 0": ("order", 0, -1),
    "a step below 0": ("clock", 0, -1),
    "a place behind the last row": ("clock", 1, 1 << 40),
    "a place within a batch": ("clock", 1, 3),
    "a layer that is not there": ("clock", 2, 99),
    "NaN in the parameters": ("theta", 0, np.nan),
    "an infinite average": ("average", 0, np.inf),
}


@pytest.mark.parametrize("case", OUT_OF_RANGE)
def test_no_number_is_out_of_range(saved, case):
    name, at, value = OUT_OF_RANGE[case]
    arrays = dict(saved[2])
    arrays[f"network.{name}"] = arrays[f"network.{name}"].copy()
    arrays[f"network.{name}"][at] = value
    refused(saved, arrays)


def test_an_order_that_names_a_row_twice(saved):
    arrays = dict(saved[2])
    arrays["network.order"] = np.zeros_like(arrays["network.order"])
    refused(saved, arrays)


def test_rows_beyond_those_of_training(saved):
    setup, path, arrays = saved
    rows = np.arange(len(arrays["network.order"]) + 1)
    np.savez(path, **arrays | {"network.order": rows})
    with pytest.raises(DataError, match="damaged"):
        resume_network(path, setup, 0)


@pytest.mark.parametrize("part", ["best", "kept.2"])
def test_earlier_states_are_like_the_last(saved, part):
    arrays = saved[2]
    assert f"{part}.theta" in arrays
    refused(saved, arrays | {f"{part}.theta": np.zeros(1, np.float32)})
    refused(saved, arrays | {f"{part}.more": np.zeros(1, np.float32)})


def walk(value, place=()):
    """Every place in nested dicts and lists."""
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield (*place, key)
            yield from walk(value[key], (*place, key))


def test_no_note_can_be_left_out_or_be_of_another_type(saved):
    arrays = saved[2]
    text = str(arrays["notes"])
    places = [place for place in walk(json.loads(text)) if "plan" not in place]
    assert len(places) > 50
    for place in places:
        notes = json.loads(text)
        at = notes
        for key in place[:-1]:
            at = at[key]
        at[place[-1]] = {"not": "this"}
        refused(saved, arrays | {"notes": np.array(json.dumps(notes))})


PREPARATION = ["features.shift", "features.kind", "filler.flags", "target.scale"]


@pytest.mark.parametrize("name", PREPARATION)
def test_the_preparation_of_rows(saved, name):
    _, path, arrays = saved
    for array in (np.zeros(7), np.array("nope"), np.full(2, np.nan), np.array([99, -99])):
        np.savez(path, **arrays | {f"more.{name}": array})
        with pytest.raises(DataError, match="damaged"):
            load_model(path)


def test_a_broken_run_may_hold_nan():
    setup = made()
    network, twin = setup.trainable.fresh(0), setup.trainable.fresh(0)
    network.theta[0] = np.nan
    with pytest.raises(ValueError, match="finite"):
        restore(twin, network.state())
    restore(twin, network.state(), broken=True)
    assert np.isnan(twin.theta[0])


@pytest.mark.parametrize("value", [np.nan, -1, 3, 0.5, np.inf, 1 << 40])
def test_class_numbers_that_no_output_stands_for(value):
    setup = made()
    network = setup.trainable.fresh(0)
    y = setup.train.y.astype(np.float64)
    y[3] = value
    batch = Batch(setup.train.x, y)
    uses = (network.loss, network.cost, network.gradients, lambda b: network.train(b, Plan(1)))
    for use in uses:
        with pytest.raises(DataError, match=r"class numbers from .* for 3 classes") as raised:
            use(batch)
        assert raised.value.mistakes[0].hint == "they are whole numbers from 0 to 2"


def test_rows_of_another_shape():
    setup = made()
    network, x, y = setup.trainable.fresh(0), setup.train.x, setup.train.y
    for batch in (Batch(x[:, :1], y), Batch(x, y[:5]), Batch(x, np.zeros((len(x), 2)))):
        with pytest.raises(DataError, match="of shape"):
            network.loss(batch)
    assert np.isfinite(network.loss(setup.train))


def test_weights_of_fewer_classes_than_outputs():
    text = '[data]\ngenerator = "spiral"\n[[model.layers]]\nunits = 5\n'
    setup = made("loss.class_weights=[1.0, 2.0, 1.0]", text=text)
    network = setup.trainable.fresh(0)
    network.train(setup.train, Plan(2))
    y = setup.train.y.copy()
    y[0] = 3  # an output is there for it, but no weight
    with pytest.raises(DataError, match="for 3 classes"):
        network.train(Batch(setup.train.x, y), Plan(1))
