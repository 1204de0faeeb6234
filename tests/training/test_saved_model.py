"""A saved network answers about new rows as the network itself about prepared ones."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import nndoctor
from nndoctor.errors import DataError
from nndoctor.setup import load_model, save_network
from nndoctor.trainable import Batch
from nndoctor.training import Ending

from .runs import answering, made, trained

SAMPLES = Path(__file__).resolve().parents[2] / "sample_data"
MODEL = "[model]\nhidden = [5]\n[training]\nepochs = 3\n"
RNG = np.random.default_rng(0)
TABLE = RNG.normal(3, 2, (60, 4))


def table(folder, header, targets):
    """A file of TABLE beside targets, its rows, and a set-up over it."""
    lines = [",".join(map(str, [*x, *y])) for x, y in zip(TABLE, targets, strict=True)]
    (folder / "rows.csv").write_text("\n".join([header, *lines]), encoding="utf-8")


def kept(folder, data, *changes, text=MODEL):
    """The set-up, its trained network, and what is read back from its file."""
    text = f'[data]\npath = "rows.csv"\nvalidation = 0.2\n{data}\n{text}'
    setup = made(*changes, text=text, folder=folder)
    run, network, progress = trained(setup)
    path = folder / "net.npz"
    save_network(path, setup, 0, network, progress, run.ending)
    return setup, network, load_model(path)


FEATURES = ["none", "standardize", "minmax", "pca", "whiten", "zca"]


@pytest.mark.parametrize("features", FEATURES)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_classes(tmp_path, features, dtype):
    names = np.array(["red", "green", "blue"])[np.arange(60) % 3]
    table(tmp_path, "a,b,c,d,y", names[:, None])
    scaled = f"data.preprocess.features={features}"
    setup, network, model = kept(tmp_path, 'target = "y"', scaled, f"training.dtype={dtype}")
    ready = Batch(setup.features.apply(TABLE, dtype), np.zeros((60, 1)))
    outputs = network.outputs(ready)
    np.testing.assert_array_equal(model.outputs(TABLE), outputs)
    assert model.predict(TABLE).tolist() == [
        ("blue", "green", "red")[number] for number in outputs.argmax(axis=1)
    ]
    powers = np.exp(outputs.astype(float))
    expected = powers / powers.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(model.probabilities(TABLE), expected, rtol=1e-5)
    np.testing.assert_array_equal(  # the rows it was trained on, prepared by the set-up
        network.outputs(setup.train), model.outputs(TABLE[setup.rows - 1])
    )


def test_a_few_principal_components(tmp_path):
    table(tmp_path, "a,b,c,d,y", np.arange(60)[:, None] % 2)
    changes = ["data.preprocess.features=pca", "data.preprocess.components=2"]
    setup, network, model = kept(tmp_path, 'target = "y"', *changes)
    assert setup.train.x.shape[1] == 2
    assert model.columns == ("a", "b", "c", "d")
    rows = TABLE[setup.rows - 1]
    np.testing.assert_array_equal(model.outputs(rows), network.outputs(setup.train))


def test_two_classes_on_one_output(tmp_path):
    table(tmp_path, "a,b,c,d,y", np.array(["no", "yes"])[np.arange(60) % 2][:, None])
    loss = "loss.name=binary_cross_entropy"
    _, _, model = kept(tmp_path, 'target = "y"', loss)
    outputs, answers = model.outputs(TABLE), model.predict(TABLE)
    assert outputs.shape == (60, 1)
    assert answers.tolist() == ["yes" if value > 0 else "no" for value in outputs[:, 0]]
    assert ((model.probabilities(TABLE)[:, 0] > 0.5) == (answers == "yes")).all()


def test_several_labels(tmp_path):
    table(tmp_path, "a,b,c,d,p,q", np.column_stack([TABLE[:, 0] > 3, TABLE[:, 1] > 3]).astype(int))
    _, _, model = kept(tmp_path, 'target = ["p", "q"]\ntask = "multilabel"')
    assert model.labels == ("p", "q")
    np.testing.assert_array_equal(model.predict(TABLE), model.outputs(TABLE) > 0)


@pytest.mark.parametrize("target", ["none", "standardize", "minmax"])
@pytest.mark.parametrize("columns", [1, 2])
def test_numbers_come_back_in_the_units_of_the_data(tmp_path, target, columns):
    y = 1000 + 50 * TABLE[:, :columns]
    header, names = ("a,b,c,d,y", '"y"') if columns == 1 else ("a,b,c,d,y,z", '["y", "z"]')
    table(tmp_path, header, y)
    scaled = ["data.preprocess.features=standardize", f"data.preprocess.target={target}"]
    changes = [*scaled, "training.epochs=200", "optimizer.learning_rate=0.01"]
    data = f'target = {names}\ntask = "regression"'
    setup, network, model = kept(tmp_path, data, *changes)
    ready = Batch(setup.features.apply(TABLE, np.float32), np.zeros((60, 1)))
    expected = network.outputs(ready).astype(float) * setup.target.scale + setup.target.shift
    np.testing.assert_allclose(model.predict(TABLE), expected)
    if target != "none":
        assert np.abs(model.predict(TABLE) - y).mean() < 20  # of a spread of 100


def test_shares_learned_by_cross_entropy_are_told_as_shares(tmp_path):
    table(tmp_path, "a,b,c,d,y", 1 / (1 + np.exp(-TABLE[:, :1])))
    data = 'target = "y"\ntask = "regression"'
    _, _, model = kept(tmp_path, data, "loss.name=binary_cross_entropy")
    answers, logits = model.predict(TABLE), model.outputs(TABLE).astype(float)
    np.testing.assert_allclose(answers, 1 / (1 + np.exp(-logits)))


def test_more_outputs_than_classes(tmp_path):
    table(tmp_path, "a,b,c,d,y", np.array(["no", "yes", "so"])[np.arange(60) % 3][:, None])
    _, _, model = kept(tmp_path, 'target = "y"')
    fewer = replace(model, task=replace(model.task, labels=("no", "yes")))
    assert fewer.labels == ("no", "yes", "2")
    best = model.outputs(TABLE).argmax(axis=1)
    assert fewer.predict(TABLE).tolist() == [("no", "yes", "2")[number] for number in best]
    assert 2 in best


def test_the_best_epoch_answers(tmp_path):
    table(tmp_path, "a,b,c,d,y", RNG.integers(0, 2, (60, 1)))
    changes = ["training.early_stopping.patience=2", "training.epochs=200", "model.batch_norm=true"]
    fast = [*changes, "optimizer.learning_rate=0.1", "training.ema=0.5"]
    setup, network, model = kept(tmp_path, 'target = "y"', *fast)
    for name, array in answering(network).items():
        np.testing.assert_array_equal(answering(model.network)[name], array)
    rows = TABLE[setup.rows - 1]
    np.testing.assert_array_equal(model.outputs(rows), network.outputs(setup.train))


def test_vanilla_dropout_scales_when_asked(tmp_path):
    table(tmp_path, "a,b,c,d,y", np.arange(60)[:, None] % 2)
    changes = ["model.dropout=0.5", "model.dropout_kind=vanilla"]
    setup, network, model = kept(tmp_path, 'target = "y"', *changes)
    rows = TABLE[setup.rows - 1]
    np.testing.assert_array_equal(model.outputs(rows), network.outputs(setup.train))


def test_rows_that_do_not_fit_are_refused(tmp_path):
    table(tmp_path, "a,b,c,d,y", np.arange(60)[:, None] % 2)
    _, network, model = kept(tmp_path, 'target = "y"')
    for wrong in (TABLE[:, :3], TABLE[0], np.zeros((2, 5))):
        with pytest.raises(DataError, match="for 4 columns") as raised:
            model.predict(wrong)
        assert "'a', 'b', 'c', 'd'" in raised.value.mistakes[0].hint
    rows = TABLE.copy()
    rows[4, 2] = np.nan
    with pytest.raises(DataError, match="column 'c' has no value in row 5"):
        model.outputs(rows)
    network.theta[:] = np.nan
    with pytest.raises(DataError, match="answer to row 1 is not finite"):
        replace(model, network=network).predict(TABLE)


def test_the_package_offers_it(tmp_path):
    assert {"load_model", "train", "predict"} <= set(nndoctor.__all__)
    setup = nndoctor.load_setup(SAMPLES / "spiral.csv", "arm", ["training.epochs=2"])
    report = nndoctor.train(setup, save=tmp_path / "net.npz")
    assert report.details["seed 0"]["ending"] is Ending.COMPLETED
    model = nndoctor.load_model(tmp_path / "net.npz")
    assert model.task == setup.trainable.task
    assert model.recipe == setup.recipe
