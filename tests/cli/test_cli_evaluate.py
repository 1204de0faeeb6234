"""`nndoctor evaluate`: scores of a saved network against sums done by hand, and bad input."""

import json

import numpy as np
import pytest

import nndoctor

ROWS = [(i * 7 % 13, i * 3 % 11 / 2) for i in range(40)]
HEADS = ("metric", "value", "low", "high", "constant prediction")


@pytest.fixture
def model(run, table, tmp_path):
    """A network trained on columns a and b; the target follows `label`."""

    def model(label, *changes, header="a,b,y"):
        lines = [",".join(map(str, (*row, label(i)))) for i, row in enumerate(ROWS)]
        path = table(header, *lines, name="train.csv")
        changes = [word for change in changes for word in ("--set", change)]
        targets = [word for name in header.split(",")[2:] for word in ("--target", name)]
        small = ("--set", "training.epochs=3", "--set", "model.hidden=[4]")
        save = ("--save", tmp_path / "net.npz", "--force", "-q")
        said = run("train", path, *targets, *small, *changes, *save)
        assert said.code in (0, 1), said
        return tmp_path / "net.npz"

    return model


def tables(report):
    return {piece.name: piece for piece in report.evidence}


def scores(report):
    return {row[0]: row[1:] for row in tables(report)["scores"].rows}


def test_classes(run, model, table):
    names = ["no", "yes", "so"]
    net = model(lambda i: names[i % 3])
    lines = [f"{b},{names[i * i % 3]},{a}" for i, (a, b) in enumerate(ROWS)]
    data = table("b,y,a", *lines, "1,,2", name="new.csv")
    report, known = nndoctor.evaluate(net, data), nndoctor.load_model(net)
    given = known.predict(np.array(ROWS))
    truth = np.array([names[i * i % 3] for i in range(40)])
    right = int((given == truth).sum())
    accuracy, low, high, guess = scores(report)["accuracy"]
    assert accuracy == right / 40
    assert 0 <= low < accuracy < high <= 1
    assert guess == max(np.mean(truth == name) for name in names)
    body = {row[0]: row[1:] for row in tables(report)["confusion matrix"].rows}
    for name in names:
        told = dict(zip(known.labels, body[name], strict=True))
        assert told == {n: int(((truth == name) & (given == n)).sum()) for n in names}
    each = {row[0]: row[1:] for row in tables(report)["each class"].rows}
    assert {name: row[-1] for name, row in each.items()} == {
        name: int((truth == name).sum()) for name in names
    }
    values, hot = known.probabilities(np.array(ROWS)), truth[:, None] == np.array(known.labels)
    assert scores(report)["Brier score"][0] == pytest.approx(((values - hot) ** 2).sum(1).mean())
    assert scores(report)["log loss"][0] == pytest.approx(-np.log(values[hot]).mean())
    sure = values.max(axis=1)
    gap = 0.0
    for k in range(15):
        here = (sure > k / 15) & (sure <= (k + 1) / 15)
        gap += abs((sure - (given == truth))[here].sum()) / 40
    assert scores(report)["expected calibration error"][0] == pytest.approx(gap)
    assert "1 of 41 rows are left out: they have no target" in report.words
    said = run("evaluate", net, data, "--format", "json")
    assert said.code == report.exit_code()
    assert json.loads(said.out)["command"] == "evaluate"


def test_only_one_class_among_the_rows(run, model, table):
    net = model(lambda i: i % 2, "loss.name=binary_cross_entropy")
    said = run("evaluate", net, table("a,b,y", "1,2,1", "3,4,1", name="new.csv"))
    assert said.code == 0
    assert "no better than guessing" in said.out.replace("\n", " ")


def test_numbers_in_the_units_of_the_data(model):
    net = model(lambda i: 1000 + 100 * ROWS[i][0] + 0.5, "training.epochs=400")
    report = nndoctor.evaluate(net, net.with_name("train.csv"))
    x, y = np.array(ROWS), np.array([1000.5 + 100 * a for a, _ in ROWS])
    given = nndoctor.load_model(net).predict(x)[:, 0]
    ((name, r2, absolute, root, bias, largest, spread),) = tables(report)["errors"].rows
    assert name == "y"
    assert r2 == pytest.approx(1 - ((y - given) ** 2).sum() / ((y - y.mean()) ** 2).sum())
    assert absolute == pytest.approx(np.abs(y - given).mean())
    assert root == pytest.approx(np.sqrt(((y - given) ** 2).mean()))
    assert bias == pytest.approx((given - y).mean())
    assert spread == pytest.approx(y.std())
    first = tables(report)["worst rows"].rows[0]
    assert first[0] == np.abs(given - y).argmax() + 1
    assert abs(first[-1]) == pytest.approx(largest)
    _, value, low, high = tables(report)["scores"].rows[0]
    assert value == pytest.approx(r2)
    assert low < value < high
    assert any("was trained on a file of this name" in word for word in report.words)


def test_several_labels(model, table):
    net = model(lambda i: f"{i % 2},{i // 20}", "data.task=multilabel", header="a,b,y,z")
    report = nndoctor.evaluate(net, net.with_name("train.csv"))
    truth = np.array([(i % 2, i // 20) for i in range(40)])
    given = nndoctor.load_model(net).predict(np.array(ROWS))
    assert scores(report)["accuracy, all labels right"][0] == (given == truth).all(axis=1).mean()
    assert scores(report)["share of labels right"][0] == (given == truth).mean()
    assert [row[0] for row in tables(report)["each label"].rows] == ["y", "z"]


def test_several_numbers(model):
    net = model(lambda i: f"{i}.5,{i * 2}.25", header="a,b,y,z")
    report = nndoctor.evaluate(net, net.with_name("train.csv"))
    assert [row[0] for row in tables(report)["errors"].rows] == ["y", "z"]
    assert {row[1] for row in tables(report)["worst rows"].rows} <= {"y", "z"}
    drawn = tables(report)["predicted against true, z"]
    assert drawn.identity
    assert drawn.x == tuple(i * 2 + 0.25 for i in range(40))
    given = nndoctor.load_model(net).predict(np.array(ROWS))[:, 1]
    assert drawn.y == pytest.approx(given, rel=1e-4)


def test_without_probabilities_nothing_is_said_of_calibration(model):
    report = nndoctor.evaluate(
        model(lambda i: "xyz"[i % 3], "loss.name=hinge"),
        model(lambda i: "xyz"[i % 3]).with_name("train.csv"),
    )
    assert "accuracy" in scores(report)


def test_a_broken_network_is_never_good(model):
    net = model(lambda i: i % 2)
    broken = nndoctor.load_model(net)
    broken.network.theta[:] = np.nan
    report = nndoctor.evaluate(broken, net.with_name("train.csv"))
    assert (report.exit_code(), report.headline) == (1, "its outputs are NaN or infinite")
    assert any("40 of 40 predictions are NaN or infinite" in word for word in report.words)
    assert scores(report)["accuracy"][0] == 0
    net = model(lambda i: i + 0.5)
    broken = nndoctor.load_model(net)
    broken.network.theta[:] = np.nan
    report = nndoctor.evaluate(broken, net.with_name("train.csv"))
    assert report.exit_code() == 1
    assert tables(report)["errors"].rows[0][1] == -np.inf


def refused(said, *words):
    assert (said.code, said.out) == (2, "")
    assert "Traceback" not in said.err
    assert [word for word in words if word not in said.err] == []
    assert "hint: " in said.err


def test_what_cannot_be_evaluated_is_refused(run, model, table, tmp_path):
    net = model(lambda i: ["no", "yes"][i % 2])
    refused(run("evaluate", net, table("a,b", "1,2", name="x.csv")), "no column 'y'")
    refused(
        run("evaluate", net, table("a,b,y", "1,2,no", "1,2,maybe", name="x.csv")),
        "'maybe' in row 2",
        "not trained on",
        "'no', 'yes'",
    )
    refused(
        run("evaluate", net, table("a,b,y", "1,2,", "1,2,", name="x.csv")), "no row has a target"
    )
    refused(run("evaluate", net, tmp_path / "none.csv"), "none.csv")
    refused(run("evaluate", tmp_path / "train.csv", net), "is the trained network")
    net = model(lambda i: i + 0.5)
    refused(run("evaluate", net, table("a,b,y", "1,2,x", "1,2,z", name="x.csv")), "'y'")


def test_arrays(run, tmp_path):
    rng = np.random.default_rng(0)
    x, path, net = rng.normal(size=(40, 2)), tmp_path / "data.npz", tmp_path / "net.npz"
    np.savez(path, X=x, y=(x[:, 0] > 0).astype(int))
    few = ("--set", "training.epochs=3", "-q")
    assert run("train", path, *few, "--save", net).code in (0, 1)
    report = nndoctor.evaluate(net, path)
    assert tables(report)["confusion matrix"].columns[1:] == ("0", "1")
