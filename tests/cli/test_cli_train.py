"""`nndoctor train`: what it prints and keeps, how it exits, and what it refuses beforehand."""

import json
import os
import re
import signal
import time

import numpy as np
import pytest

from nndoctor.training import Ending, load_checkpoint

from .conftest import ROOT, SPIRAL
from .test_cli_terminals import posix, start

FEW = ("train", SPIRAL, "--no-progress", "--set", "training.epochs=6")
HOT = ("--set", "optimizer.name=sgd", "--set")


def arrays(path):
    with np.load(path) as file:
        return {name: file[name].tobytes() for name in file.files}


def test_text_and_json_say_the_same(run):
    said, told = run(*FEW), run(*FEW, "--format", "json")
    assert (said.code, said.err, told.code, told.err) == (0, "", 0, "")
    document = json.loads(told.out)
    assert document["command"] == "train"
    assert document["verdict"] == "pass"
    assert document["details"]["seed 0"] == {"ending": "completed", "updates": 24}
    assert [finding["code"] for finding in document["findings"]] == ["ND607", "ND405", "ND702"]
    told_by_name = {piece["name"]: piece for piece in document["evidence"]}
    assert told_by_name.keys() == {"training loss", "validation loss", "epochs"}
    assert len(told_by_name["epochs"]["rows"]) == 7
    assert "it ended after 24 updates: all epochs were run" in document["words"]
    for word in ("it ended after 24 updates", "training loss", "epoch 0 is the untrained network"):
        assert word in said.out
    assert said.out.splitlines()[-1].startswith("next: nndoctor checkup ")


def test_quiet_tells_each_check_alone(run):
    said = run(*FEW, "-q")
    assert (said.code, said.err) == (0, "")
    assert re.findall(r"ND\d+", said.out) == ["ND607", "ND405", "ND702"]
    assert "epochs" not in said.out


def box(said):
    """The line of the verdict."""
    return next(line for line in said.out.splitlines() if line.startswith("│ ")).strip("│ ")


DIGITS, SICK = ROOT / "recipes" / "digits.toml", ROOT / "recipes" / "sick"


def test_the_box_says_what_was_learned(run):
    told = box(run("train", DIGITS, "--set", "data.test=0.2", "--set", "training.epochs=3"))
    assert re.fullmatch(
        r"PASS  validation accuracy 0\.\d+, test accuracy 0\.\d+ \(guessing 0\.10\)", told
    )
    told = box(run("train", SICK / "plateau.toml"))
    assert told == "WARN  validation accuracy 0.10: no better than guessing (0.10)"
    told = box(run("train", SICK / "overfitting.toml", "--set", "training.epochs=60"))
    assert re.search(r"^WARN  validation accuracy 0\.\d+ .*overfitting after epoch \d+", told)


def test_of_several_runs_the_box_says_whose_score_it_is(run):
    words = ("--set", "training.ensemble.runs=2", "--set", "training.epochs=2")
    assert box(run("train", DIGITS, *words)).startswith("PASS  seed 0: validation accuracy")


def test_test_rows_are_told_and_change_nothing_else(run):
    words = ("--set", "training.epochs=3", "--format", "json")
    said = json.loads(run("train", DIGITS, "--set", "data.test=0.2", *words).out)
    assert "359 to validate, 359 to test" in said["words"][0]
    (parts,) = said["findings"][1]["evidence"]
    assert [row[:2] for row in parts["rows"]] == [
        ["training", 1079],
        ["validation", 359],
        ["test", 359],
    ]


def test_both_curves_have_scales_of_one_kind(run, table):
    # labels without any rule are learned by heart, so that only the training loss falls far
    labels = np.random.default_rng(0).integers(0, 2, 40)
    path = table("a,b,y", *(f"{i * 7 % 13},{i * i},{label}" for i, label in enumerate(labels)))
    changes = ["training.epochs=1000", "model.hidden=[64, 64]", "optimizer.learning_rate=0.02"]
    changes.append("regularization.l2=0")
    told = [word for change in changes for word in ("--set", change)]
    said = run("train", path, "--target", "y", *told, "--format", "json")
    pieces = json.loads(said.out)["evidence"]
    curves = [piece for piece in pieces if piece["kind"] == "series"]
    spans = [max(curve["y"]) > 20 * min(curve["y"]) for curve in curves]
    assert spans == [True, False]
    assert [curve["log_y"] for curve in curves] == [True, True]


@pytest.mark.parametrize(
    ("rate", "told"), [("300", "times the first in"), ("1e30", "NaN or infinite at update")]
)
def test_a_broken_run_exits_with_one(run, rate, told):
    said = run(*FEW, *HOT, f"optimizer.learning_rate={rate}")
    assert said.code == 1
    assert "FAIL  ND607" in said.out
    assert told in said.out
    assert "FAIL" in said.out


def test_no_validation_no_columns_for_it(run):
    said = run(*FEW, "--set", "data.validation=0", "--format", "json")
    assert said.code == 0
    (curve, epochs) = json.loads(said.out)["evidence"]
    assert curve["name"] == "training loss"
    assert epochs["columns"] == ["epoch", "updates", "rate", "loss", "accuracy"]


def test_a_full_batch_has_no_rate(run, tmp_path):
    said = run(*FEW, "--set", "optimizer.name=lbfgs", "--save", tmp_path / "net.npz")
    assert said.code == 0
    assert "it ended after 6 updates" in said.out


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_saved_and_resumed_to_the_end_is_the_run_in_one_go(run, tmp_path, dtype):
    changes = [
        "training.epochs=3",
        f"training.dtype={dtype}",
        "model.dropout=0.2",
        "training.ema=0.9",
        "training.noise.input_std=0.1",
        "schedule.name=cosine",
        "data.limit=80",
        "training.early_stopping.patience=9",
    ]
    told = [word for change in changes for word in ("--set", change)]
    whole, pieces = tmp_path / "whole.npz", tmp_path / "pieces.npz"
    assert run("train", SPIRAL, *told, "--save", whole).code == 0
    command = ("train", SPIRAL, *told, "--save", pieces, "--budget", 0)
    said, count = run(*command), 1
    while load_checkpoint(pieces).ending is Ending.BUDGET:
        assert f"--resume {pieces} --save {pieces}" in said.out.splitlines()[-1]
        said, count = run(*command, "--resume", pieces), count + 1
    assert count > 2
    expected, seen = arrays(whole), arrays(pieces)
    assert expected.pop("notes") == seen.pop("notes")
    assert seen == expected


def refused(said, *words):
    assert (said.code, said.out) == (2, "")
    assert "Traceback" not in said.err
    assert [word for word in words if word not in said.err] == []
    assert "hint: " in said.err


def test_what_cannot_be_kept_is_refused_before_the_training(run, tmp_path, monkeypatch):
    monkeypatch.setattr("nndoctor.api.training.fit", None)
    refused(run(*FEW, "--save", tmp_path / "no" / "net.npz"), "there is no folder")
    refused(run(*FEW, "--save", tmp_path / "net.pt"), "net.pt", "net.npz")
    (tmp_path / "folder.npz").mkdir()
    refused(run(*FEW, "--save", tmp_path / "folder.npz"), "can't be written")
    kept = tmp_path / "kept.npz"
    kept.write_bytes(b"precious")
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK or path != kept)
    refused(run(*FEW, "--save", kept, "--force"), "kept.npz can't be written")
    assert run(*FEW, "--budget", "nan").code == 2


def test_what_cannot_be_resumed_is_refused(run, tmp_path):
    path = tmp_path / "net.npz"
    refused(run(*FEW, "--resume", path), "No such file")
    path.write_bytes(b"PK\x03\x04 nonsense")
    refused(run(*FEW, "--resume", path), "is no saved network, or damaged")
    assert run(*FEW, "--save", path, "--budget", 0, "--force").code == 0
    refused(run(*FEW, "--resume", path, "--seed", 3), "from seed 0, now it is 3", "--seed 0")
    refused(
        run(*FEW, "--resume", path, "--set", "model.hidden=[7]"), "model.hidden", "training.epochs"
    )
    refused(run(*FEW, "--resume", path, "--set", "training.ensemble.runs=2"), "with 2 runs")
    assert run(*FEW, "--save", path, "--force").code == 0
    more = run("train", SPIRAL, "--set", "training.epochs=7", "--resume", path)
    assert "it ended after 28 updates" in more.out


def test_early_stopping_needs_rows_to_validate_on(run):
    patience = ("--set", "training.early_stopping.patience=3", "--set", "data.validation=0")
    refused(run("train", SPIRAL, *patience), "early_stopping without validation rows")


@posix
def test_ctrl_c_keeps_what_there_is(run, tmp_path):
    path = tmp_path / "net.npz"
    endless = ("train", SPIRAL, "--set", "training.epochs=1000000", "--set", "model.dropout=0.1")
    process = start(*endless, "--save", path, "-v")
    for line in process.stderr:
        if line.startswith("training"):
            break
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "the user interrupted it" in out
    assert "stopping" in err
    assert "Traceback" not in err
    assert "UNDECIDED" in out
    made = load_checkpoint(path)
    assert made.ending is Ending.INTERRUPTED
    assert f"--resume {path} --save {path}" in out.splitlines()[-1]
    said = run(*endless, "--resume", path, "--save", path, "--budget", 0)
    assert said.code == 0
    assert load_checkpoint(path).progress.updates > made.progress.updates


@posix
def test_ctrl_c_in_a_full_batch_offers_no_resume(ctrl_c, tmp_path):
    changes = ("--set", "optimizer.name=conjugate_gradient", "--set", "training.epochs=1000000")
    changes += ("--set", "model.hidden=[512, 512]")  # a small one ends before the signal comes
    said = ctrl_c("training", "train", DIGITS, *changes, "--save", tmp_path / "net.npz", "-v")
    assert said.code == 130
    assert "the user interrupted it" in said.out
    assert "--resume" not in said.out


def test_help_has_an_example(run, monkeypatch):
    monkeypatch.setenv("TERMINAL_WIDTH", "200")
    for command in ("train", "predict"):
        said = run(command, "--help")
        assert said.code == 0
        assert f"nndoctor {command} " in said.out.replace("Usage: nndoctor", "")


def test_names_that_no_file_can_have_are_refused(run, tmp_path):
    said = run("train", SPIRAL, "--save", ".")
    assert said.code == 2
    assert "--save model.npz" in said.err
    endless = "9" * 5000
    for command in (
        ("train", SPIRAL, "--resume", endless),
        ("train", SPIRAL, "--run", endless),
        ("runs", endless),
        ("report", endless),
        ("check-loss", f"{endless}.py"),
    ):
        refused(run(*command), endless)
