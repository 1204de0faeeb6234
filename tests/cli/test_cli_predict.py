"""`nndoctor predict`: columns found by name, answers as CSV."""

import csv
import io
import os

import numpy as np
import pandas as pd
import pytest

from nndoctor.setup import load_model

from .conftest import SPIRAL

pytestmark = pytest.mark.slow  # whole runs, or processes of their own

ROWS = [(i * 7 % 13, i * 3 % 11 / 2) for i in range(40)]


@pytest.fixture
def model(run, table, tmp_path):
    """A network trained on columns a and b; the target follows `label`."""

    def model(label, *changes, header="a,b,y", rows=ROWS):
        lines = [",".join(map(str, (*row, label(i)))) for i, row in enumerate(rows)]
        path = table(header, *lines, name="train.csv")
        changes = [word for change in changes for word in ("--set", change)]
        targets = [word for name in header.split(",")[2:] for word in ("--target", name)]
        small = ("--set", "training.epochs=3", "--set", "model.hidden=[4]")
        save = ("--save", tmp_path / "net.npz", "--force")
        said = run("train", path, *targets, *small, *changes, *save)
        assert said.code == 0, said
        return tmp_path / "net.npz"

    return model


def read(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_classes_with_their_probabilities(run, model, table):
    net = model(lambda i: ["no", "yes", "so"][i % 3])
    data = table("b,id,a", "2.5,x,3", "0,y,7", name="new.csv")
    said = run("predict", net, data)
    assert said.code == 0
    assert said.err == "ignored: column 'id'\n"
    rows, known = read(said.out), load_model(net)
    x = np.array([[3, 2.5], [7, 0]])
    assert list(rows[0]) == ["prediction", "p(no)", "p(so)", "p(yes)"]
    assert [row["prediction"] for row in rows] == known.predict(x).tolist()
    told = [[float(row[f"p({label})"]) for label in known.labels] for row in rows]
    np.testing.assert_allclose(told, known.probabilities(x), rtol=1e-7)
    np.testing.assert_allclose(np.sum(told, axis=1), 1, rtol=1e-6)


def test_new_rows_are_read_in_the_encoding_of_the_first_where_they_are_no_utf_8(run, tmp_path):
    rows = [f"{i * 7 % 13};{i * 3 % 11};{['x', 'żółty', 'ął'][i % 3]};{i % 2}" for i in range(40)]
    first, new = tmp_path / "first.csv", tmp_path / "new.csv"
    first.write_text("\n".join(["Größe;Fläche;kół;y", *rows]), encoding="cp852")
    new.write_text("Größe;Fläche;kół\n1;2;ął\n3;4;x\n", encoding="cp852")
    small = ("--set", "training.epochs=2", "--set", "model.hidden=[4]", "--encoding", "cp852")
    net = tmp_path / "net.npz"
    assert run("train", first, "--target", "y", *small, "--save", net).code == 0
    said = run("predict", net, new)
    assert said.code == 0, said
    assert "read as cp852, as the training rows are (--encoding names another)" in said.err
    new.write_text(new.read_text(encoding="cp852"), encoding="utf-8")
    assert (run("predict", net, new).out, run("evaluate", net, first).code) == (said.out, 0)
    new.write_text("Größe;Fläche;kół\n1;2;ął\n", encoding="cp1250")
    assert "has no column" in run("predict", net, new).err
    assert run("predict", net, new, "--encoding", "cp1250").code == 0


def test_how_far_answers_move_under_dropout(run, model, table):
    data = table("a,b,y", "1,2,0", "7,5,1", name="new.csv")
    noisy = model(lambda i: i % 2, "model.dropout=0.5")
    few, many = (
        read(run("predict", noisy, data, "--dropout-samples", count).out) for count in (2, 400)
    )
    assert all(0 < float(row["spread"]) < 0.5 for row in many)
    assert few != many
    model_, x = load_model(noisy), np.array([[1, 2], [7, 5]])
    drawn = model_.network.monte_carlo(model_._prepared(x), 400, 0)
    powers = np.exp(drawn.astype(float))
    means = (powers / powers.sum(axis=2, keepdims=True)).mean(axis=0)
    told = [[float(row["p(0)"]), float(row["p(1)"])] for row in many]
    np.testing.assert_allclose(told, means, rtol=1e-5)
    assert [row["prediction"] for row in many] == [str(one) for one in means.argmax(axis=1)]
    assert read(run("predict", noisy, data, "--dropout-samples", 400).out) == many
    said = run("predict", model(lambda i: i % 2), data, "--dropout-samples", 9)
    assert said.code == 2
    assert "no dropout" in said.err


def test_to_a_file_and_quietly(run, model, tmp_path, table):
    net, data = model(lambda i: i % 2), table("a,b,y", "1,2,0", name="new.csv")
    out = tmp_path / "answers.csv"
    said = run("predict", net, data, "--out", out, "-q")
    assert said == (0, "", "")
    assert out.read_text(encoding="utf-8") == run("predict", net, data).out
    said = run("predict", net, data, "--out", tmp_path / "no" / "answers.csv")
    assert said.code == 2
    assert "can't be written" in said.err


def test_one_output_has_both_probabilities(run, model, table):
    net = model(lambda i: i % 2, "loss.name=binary_cross_entropy")
    (row,) = read(run("predict", net, table("a,b", "1,2", name="new.csv")).out)
    assert float(row["p(0)"]) + float(row["p(1)"]) == pytest.approx(1)
    assert row["prediction"] == ("1" if float(row["p(1)"]) > 0.5 else "0")


def test_numbers_are_in_the_units_of_the_data(run, model):
    net = model(lambda i: 1000 + 100 * ROWS[i][0] + 0.5, "training.epochs=400")
    rows = read(run("predict", net, net.with_name("train.csv")).out)
    assert list(rows[0]) == ["prediction"]
    errors = [
        float(row["prediction"]) - 1000.5 - 100 * a for row, (a, _) in zip(rows, ROWS, strict=True)
    ]
    assert np.abs(errors).mean() < 100
    told = load_model(net).predict(np.array(ROWS))[:, 0]
    np.testing.assert_allclose([float(row["prediction"]) for row in rows], told, rtol=1e-8)


def test_several_numbers_and_several_labels_have_names(run, model, table):
    data = table("a,b", "6,2", name="new.csv")
    net = model(lambda i: f"{i}.5,{i * 2}.25", header="a,b,y,z")
    (row,) = read(run("predict", net, data).out)
    assert list(row) == ["prediction y", "prediction z"]
    net = model(lambda i: f"{i % 2},{i // 20}", "data.task=multilabel", header="a,b,y,z")
    (row,) = read(run("predict", net, data).out)
    assert list(row) == ["prediction y", "prediction z", "p(y)", "p(z)"]
    assert {row["prediction y"], row["prediction z"]} <= {"0", "1"}


def test_hinge_knows_no_probabilities(run, model, table):
    net = model(lambda i: ["x", "y", "z"][i % 3], "loss.name=hinge")
    (row,) = read(run("predict", net, table("a,b", "6,2", name="new.csv")).out)
    assert list(row) == ["prediction"]


def refused(said, *words):
    assert (said.code, said.out) == (2, "")
    assert "Traceback" not in said.err
    assert [word for word in words if word not in said.err] == []
    assert "hint: " in said.err


def test_what_is_missing_or_odd_is_named(run, model, table, tmp_path):
    net = model(lambda i: i % 2)
    refused(run("predict", net, table("a,c", "1,2", name="new.csv")), "no column 'b'", "'a', 'c'")
    refused(run("predict", net, table("a,b", "1,", name="new.csv")), "column 'b' has no value")
    refused(run("predict", net, table("a,b", "1,x", name="new.csv")), "column 'b' has text", "'x'")
    refused(run("predict", net, table("a,b", name="new.csv")), "has no rows")
    refused(run("predict", net, tmp_path / "none.csv"), "none.csv does not exist")
    refused(run("predict", net, SPIRAL), "is a recipe")
    refused(run("predict", table("a,b", "1,2"), net), "is the trained network")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_text_columns_are_those_of_the_training(run, model, table, separator):
    colours = [(i % 13, ("red", "green", "blue")[i % 3]) for i in range(40)]
    net = model(lambda i: i % 2, rows=colours)
    assert load_model(net).columns == ("a", "b=blue", "b=green", "b=red")
    text = [separator.join(row) for row in (("b", "a"), ("green", "3"), ("green", "4"))]
    rows = read(run("predict", net, table(*text, name="new.csv")).out)
    known = load_model(net).probabilities(np.array([[3, 0, 1, 0], [4, 0, 1, 0]], float))
    told = [[float(row["p(0)"]), float(row["p(1)"])] for row in rows]
    np.testing.assert_allclose(told, known, rtol=1e-6)
    empty = table("a,b", "3,red", "4,", name="new.csv")
    refused(run("predict", net, empty), "column 'b' has no value", "in row 2")


def test_a_class_that_training_never_saw_is_none_of_those_it_knows(run, model, table):
    colours = [(i % 13, ("red", "green", "blue")[i % 3]) for i in range(40)]
    net = model(lambda i: i % 2, rows=colours)
    said = run("predict", net, table("a,b", "3,red", "4,pink", name="new.csv"))
    assert said.code == 0
    assert "'pink' in 1 row taken for none of the known 'blue', 'green', 'red'" in said.err
    known = load_model(net).probabilities(np.array([[4, 0, 0, 0]], float))
    told = [float(read(said.out)[1][f"p({label})"]) for label in ("0", "1")]
    np.testing.assert_allclose([told], known, rtol=1e-6)


def test_one_column_is_enough_where_the_network_has_one(run, table, tmp_path):
    path, net = table("a,y", *(f"{i},{i % 2}" for i in range(20))), tmp_path / "net.npz"
    quick = ("--set", "training.epochs=1")
    assert run("train", path, "--target", "y", *quick, "--save", net).code == 0
    assert len(read(run("predict", net, table("a", "1", "2", name="new.csv")).out)) == 2


def test_other_formats_give_the_same(run, model, table, tmp_path):
    net, rows = model(lambda i: i % 2), np.array(ROWS)
    expected = run("predict", net, tmp_path / "train.csv").out
    pd.DataFrame(rows, columns=["a", "b"]).to_parquet(tmp_path / "new.parquet")
    assert run("predict", net, tmp_path / "new.parquet").out == expected
    np.savez(tmp_path / "train.npz", X=rows, y=np.arange(40) % 2)
    np.savez(tmp_path / "new.npz", X=rows)
    np.save(tmp_path / "new.npy", rows)
    quick = ("--set", "training.epochs=3", "--set", "model.hidden=[4]")
    said = run("train", tmp_path / "train.npz", "--target", "y", *quick, "--save", net, "--force")
    assert said.code == 0
    answers = [run("predict", net, tmp_path / f"new.{kind}").out for kind in ("npz", "npy")]
    assert answers[0] == answers[1] == expected
    np.save(tmp_path / "narrow.npy", rows[:, :1])
    refused(run("predict", net, tmp_path / "narrow.npy"), "no column 'x1'")


@pytest.mark.skipif(os.name != "posix", reason="pipes of POSIX")
def test_a_closed_pipe_is_no_failure(model, table):
    from .test_cli_terminals import start

    net, data = model(lambda i: i % 2), table("a,b", *("1,2",) * 5000, name="new.csv")
    with start("predict", net, data) as process:
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 0
