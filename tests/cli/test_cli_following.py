"""A run that is followed: lines for people and for machines, and its folder, read again."""

import json

import pytest

import nndoctor
from nndoctor.api.kept_runs import read_run

from .conftest import ROOT, SPIRAL

FEW = ("train", SPIRAL, "--set", "training.epochs=6")
SGD = ("--set", "optimizer.name=sgd", "--set")
HOT = (*SGD, "optimizer.learning_rate=300")
DIGITS = ROOT / "recipes" / "digits.toml"


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_piped_it_says_a_few_lines(run):
    said = run("train", SPIRAL, "--set", "training.epochs=200")
    assert 5 < len(said.err.splitlines()) <= 20
    assert said.err.startswith("untrained: loss ")
    assert "epoch 200 of 200: loss " in said.err.splitlines()[-1]
    assert run(*FEW, "-q").err == run(*FEW, "--no-progress").err == ""


def test_every_epoch_and_event_has_a_line(run, tmp_path):
    path = tmp_path / "run.jsonl"
    assert run(*FEW, "--events", path).code == 0
    told = lines(path)
    assert [one["event"] for one in told] == ["start", *["epoch"] * 7, "end"]
    assert told[0]["layers"][-1] == "output"
    assert [one["epoch"] for one in told[1:-1]] == [*range(7)]
    assert told[1]["rate"] == "nan"
    assert set(told[2]["layers"][0]) >= {"layer", "update", "update_norm", "weight_norm", "zeros"}
    assert told[-1]["ending"] == "completed"
    refused(run(*FEW, "--events", path), "is there already")


def test_a_run_that_explodes_is_broken_off_unless_it_should_go_on(run, tmp_path):
    path = tmp_path / "run.jsonl"
    assert run(*FEW, *HOT, "--events", path).code == 1
    assert lines(path)[-1]["ending"] == "exploded"
    assert "exploded" in [one["event"] for one in lines(path)]
    said = run(*FEW, *HOT, "--no-break-off", "--events", path, "--force", "--format", "json")
    assert lines(path)[-1]["ending"] == "completed"
    assert "what happened" in [piece["name"] for piece in json.loads(said.out)["evidence"]]


def test_what_happened_to_layers_is_in_the_report_though_nobody_follows():
    setup = nndoctor.load_setup(DIGITS, set=["optimizer.name=sgd", "optimizer.learning_rate=10"])
    report = nndoctor.train(setup)
    (found,) = [piece for piece in report.evidence if piece.name == "what happened"]
    assert (3, "dead_layer", "layer 2 is dead: it outputs only zeros") in found.rows


def test_lines_come_in_the_order_in_which_things_happened(run):
    said = run(
        "train", DIGITS, "--set", "optimizer.name=sgd", "--set", "optimizer.learning_rate=10"
    )
    assert said.err.index("epoch 3: layer 2 is dead") < said.err.index("epoch 6 of 20")


def test_a_run_that_breaks_in_its_first_epoch_has_no_curve_of_one_point():
    setup = nndoctor.load_setup(DIGITS, set=["optimizer.name=sgd", "optimizer.learning_rate=1e6"])
    assert [piece.name for piece in nndoctor.train(setup).evidence] == ["epochs", "what happened"]


def test_the_rate_of_an_event_is_the_one_of_the_recipe(run, tmp_path):
    path = tmp_path / "run.jsonl"
    assert run(*FEW, "--set", "optimizer.learning_rate=1e-3", "--events", path).code == 0
    assert lines(path)[2]["rate"] == 0.001


def test_folders_above_a_run_folder_are_made_and_two_runs_need_no_word_to_be_compared(
    run, tmp_path
):
    one, other = tmp_path / "new" / "runs" / "one", tmp_path / "new" / "runs" / "other"
    for folder in (one, other):
        assert run(*FEW, "--run", folder, "-q").code == 0
    said = run("runs", one, other)
    assert said.code == 0
    assert said.out == run("runs", "compare", one, other).out


def test_a_run_cut_short_goes_on_in_its_folder(run, tmp_path):
    folder = tmp_path / "cut"
    said = run(*FEW, "--run", folder, "--budget", "0")
    told = "".join(said.out.splitlines())
    assert f"--resume {folder}" in told
    assert "model.npz --save" not in told
    assert run(*FEW, "--resume", folder, "-q").code == 0
    assert [one["epoch"] for one in lines(folder / "events.jsonl") if one["event"] == "epoch"][
        -1
    ] == 6


def test_a_run_folder_is_kept_resumed_listed_and_compared(run, tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    assert run(*FEW, "--run", one).code == 0
    names = ["events.jsonl", "model.npz", "recipe.toml", "result.json"]
    assert sorted(path.name for path in one.iterdir()) == names
    refused(run(*FEW, "--run", one), "is not empty")
    refused(run(*FEW, "--run", other, "--save", tmp_path / "x.npz"), "beside a run folder")
    more = ("--set", "training.epochs=9", "--resume", one, "-q")
    assert run("train", one / "recipe.toml", *more).code == 0
    assert [e["epoch"] for e in lines(one / "events.jsonl") if e["event"] == "epoch"] == [
        *range(10)
    ]
    assert run(*FEW, "--set", "optimizer.learning_rate=0.05", "--run", other, "-q").code == 0
    (other / "result.json").unlink()
    events = (other / "events.jsonl").read_bytes()
    (other / "events.jsonl").write_bytes(events[: -len(events.splitlines()[-1]) // 2])  # killed
    said = run("runs", tmp_path)
    assert said.code == 0
    assert "completed" in said.out
    assert "not finished" in " ".join(said.out.split())
    table = nndoctor.list_runs(tmp_path)
    assert [row[0] for row in table.rows] == ["one", "other"]
    said = run("runs", "compare", one, other)
    assert "optimizer.learning_rate" in said.out
    recipes, came, *curves = nndoctor.compare_runs(one, other)
    assert {row[0] for row in recipes.rows} == {"optimizer.learning_rate", "training.epochs"}
    assert ("epochs", "9", "6") in came.rows
    assert [one.name for one in curves] == ["validation loss", "validation accuracy"]
    assert [line.name for line in curves[0].lines] == ["one", "other"]
    refused(
        run("runs", one), "is a run itself", f"nndoctor report {one}", f"nndoctor runs {tmp_path}"
    )
    assert run("report", one).out == run("report", one / "result.json").out != ""
    refused(run("report", other), "is a folder without a result.json")
    refused(run("runs", other), "is a run itself", f"nndoctor runs {tmp_path}")


def test_a_run_that_was_killed_early_begins_anew(run, tmp_path):
    """It leaves a lock before all else, and its recipe before a network."""
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / ".recipe.toml.lock").touch()
    assert run(*FEW, "--run", folder, "-q").code == 0
    (folder / "model.npz").unlink()
    refused(run(*FEW, "--run", folder), "is not empty", "--force replaces")
    refused(run(*FEW, "--resume", folder), "holds no model.npz to go on with", "--force")
    assert (folder / "result.json").exists()
    assert run(*FEW, "--run", folder, "--force", "-q").code == 0
    refused(run(*FEW, "--run", folder), "is not empty", f"--resume {folder} goes on")
    names = ["events.jsonl", "model.npz", "recipe.toml", "result.json"]
    assert sorted(path.name for path in folder.iterdir()) == names


def test_an_epoch_that_was_told_again_after_a_kill_counts_once(run, tmp_path):
    """The network was saved before the last epochs that its events tell of."""
    folder = tmp_path / "run"
    assert run(*FEW, "--run", folder, "-q").code == 0
    more = [line for line in lines(folder / "events.jsonl") if line["event"] == "epoch"]
    with (folder / "events.jsonl").open("a", encoding="utf-8") as file:
        file.writelines(json.dumps(line | {"seconds": 0.5}) + "\n" for line in more[-2:])
    epochs = read_run(folder).epochs
    assert [one["epoch"] for one in epochs] == [*range(7)]
    assert [one["seconds"] for one in epochs[-2:]] == [0.5, 0.5]


def test_runs_are_named_by_the_time(run, tmp_path):
    for _ in range(2):
        assert run(*FEW, "--runs", tmp_path / "runs", "-q").code == 0
    names = [path.name for path in (tmp_path / "runs").iterdir()]
    assert len(names) == 2
    assert all("spiral" in name for name in names)


@pytest.mark.parametrize(("rate", "explained"), [("3e-5", True), ("0.1", False)])
def test_a_rate_too_low_to_move_the_loss_moves_the_accuracy(rate, explained):
    changes = ["optimizer.name=sgd", "training.epochs=10", "model.output_init=normal(0,0.001)"]
    setup = nndoctor.load_setup(DIGITS, set=[*changes, f"optimizer.learning_rate={rate}"])
    found = [piece for piece in nndoctor.train(setup).evidence if piece.name == "what happened"]
    kinds = [row[1] for piece in found for row in piece.rows]
    assert kinds == ["score_without_loss"] * explained


def refused(said, *words):
    assert (said.code, said.out) == (2, "")
    assert "Traceback" not in said.err
    assert [word for word in words if word not in said.err] == []
    assert "hint: " in said.err


@pytest.mark.parametrize(
    "words", [("runs", "nowhere"), ("runs", "compare", "nowhere", "elsewhere")]
)
def test_what_is_no_run_is_refused(run, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    refused(run(*words), "nowhere")
