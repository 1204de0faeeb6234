"""What a user gets wrong: exit code 2, no traceback, the value, a hint, nothing on stdout."""

import struct

import numpy as np
import pytest

from .conftest import SPIRAL

FINE = [f"{i},{i % 3},{i % 2}" for i in range(20)]
BODY = '[data]\ngenerator = "spiral"\n[model]\nhidden = [8]\n'


def refused(said, *words):
    assert (said.code, said.out) == (2, "")
    assert "Traceback" not in said.err
    assert [word for word in words if word not in said.err] == []
    assert "hint: " in said.err


TABLES = {
    "no rows": (["a,b,y"], ["has no rows"]),
    "one row": (["a,b,y", "1,2,0"], ["one row only"]),
    "one column": (["y", "1", "2"], ["no column besides its target"]),
    "missing target": (["a,b,z", *FINE], ["no column 'y'", "'a', 'b', 'z'"]),
    "near target": (["a,b,Y", *FINE], ["no column 'y'", "did you mean Y?"]),
    "one class": (["a,b,y", *(f"{i * i},2,0" for i in range(5))], ["one value, '0'"]),
    "short row": (["a,b,y", *FINE, "1,2"], ["2 fields in line 22, expected 3"]),
    "long row": (["a,b,y", *FINE, "1,2,3,4"], ["4 fields in line 22, expected 3"]),
    "text for a number": (["a,b,y", *FINE, "oops,2,1"], ["column 'a'", "'oops'", "line 22"]),
    "not finite": (
        ["a,b,y", *FINE, ",inf,"],
        ["target 'y'", "row 21", "--set data.drop_unlabelled=true"],
    ),
}


@pytest.mark.parametrize("case", TABLES)
def test_tables(run, table, case):
    lines, words = TABLES[case]
    refused(run("check-loss", table(*lines), "--target", "y"), *words)


def test_missing_values_can_be_left_out(run, table):
    path = table("a,b,y", *FINE, ",inf,")
    said = run("check-loss", path, "--target", "y", "--missing", "drop")
    assert said.code == 0
    assert "20 of 21 rows stay: 1 is left out" in said.out


def test_a_file_that_is_not_there(run, good):
    refused(run("checkup", good.with_name("dada.csv"), "--target", "y"), "dada.csv", "data.csv?")
    refused(
        run("checkup", SPIRAL.with_name("spirl.toml")), "spirl.toml", "did you mean", "spiral.toml"
    )


def test_an_empty_file(run, tmp_path):
    (tmp_path / "empty.csv").touch()
    (tmp_path / "empty.toml").touch()
    refused(run("checkup", tmp_path / "empty.csv", "--target", "y"), "0 bytes")
    refused(run("checkup", tmp_path / "empty.toml"), "is empty")


def test_a_folder(run, tmp_path):
    refused(run("checkup", tmp_path), str(tmp_path), "nndoctor checkup TABLE")


@pytest.mark.parametrize("suffix", [".npy", ".npz"])
def test_pickles_are_never_loaded(run, tmp_path, suffix):
    path = tmp_path / f"objects{suffix}"
    (np.save if suffix == ".npy" else np.savez)(path, np.array([{}, {}]))
    target = () if suffix == ".npy" else ("--target", "arr_0")
    refused(run("checkup", path, *target), path.name)


def test_a_truncated_idx_file(run, tmp_path):
    path = tmp_path / "train-images-idx3-ubyte"
    path.write_bytes(struct.pack(">BBBBIII", 0, 0, 8, 3, 10, 28, 28) + b"abc")
    refused(run("checkup", path), "expected 7856 bytes, saw 19")


RECIPES = {
    "unknown key": ("[optimizer]\nlernrate = 1\n", ["optimizer.lernrate", '"learning_rate"']),
    "wrong type": ('[training]\nepochs = "ten"\n', ["training.epochs", "'ten'", ":6:"]),
    "impossible": ("[training]\nepochs = -1\n", ["training.epochs", "-1"]),
    "unknown name": ('[optimizer]\nname = "sdg"\n', ["'sdg'", '"sgd"']),
    "contradiction": (
        '[optimizer]\nname = "lbfgs"\n[training]\nema = 0.5\n',
        ["training.ema", "lbfgs"],
    ),
    "all at once": ("[loss]\nx = 1\n[schedule]\ny = 2\n", ["loss.x", "schedule.y"]),
    "no such check": ("[checks.ND999]\nhigh = 1\n", ["checks.ND999", "ND301"]),
    "no such setting": ("[checks.ND301]\nnope = 1\n", ["checks.ND301", "'nope'", "tolerance"]),
    "setting of no type": ('[checks.ND401]\nrows = "many"\n', ["rows can't be 'many'", "20"]),
    "settings at once": ("[checks.ND401]\nrows = 1\n[checks.ND502]\nstop = -1\n", ["rows", "stop"]),
    "range upside down": ("[checks.ND501]\nlow = 5\nhigh = 1\n", ["low = 5 and high = 1"]),
    "not TOML": ("[training]\nseed: 1\n", [":6:", "seed = 1"]),
}


@pytest.mark.parametrize("case", RECIPES)
def test_recipes(run, tmp_path, case):
    text, words = RECIPES[case]
    (tmp_path / "r.toml").write_text(BODY + text, encoding="utf-8")
    refused(run("check-loss", tmp_path / "r.toml"), "r.toml", *words)


def test_output_units_that_cannot_fit(run, tmp_path):
    layer = '[[model.layers]]\nunits = 2\nactivation = "linear"\n'
    (tmp_path / "r.toml").write_text('[data]\ngenerator = "spiral"\n' + layer, encoding="utf-8")
    refused(run("checkup", tmp_path / "r.toml"), "2 units", "units = 3 fits")


INITS = ("activations", "report", SPIRAL, "--compare-inits", "xavier")
OPTIONS = {
    "range upside down": (("lr-sweep", SPIRAL, "--low", 1, "--high", 0.1), ["low = 1", "0.1"]),
    "empty range": (("lr-sweep", SPIRAL, "--low", 1, "--high", 1), ["low = 1 and high = 1"]),
    "no rate": (("lr-sweep", SPIRAL, "--low", 0), ["low = 0"]),
    "endless range": (("lr-sweep", SPIRAL, "--high", "inf"), ["high can't be inf"]),
    "two rates": (("lr-sweep", SPIRAL, "--count", 2), ["count can't be 2", "from 3 on"]),
    "short ramp": (("lr-sweep", SPIRAL, "--range-test", "--updates", 1), ["from 10 on"]),
    "count of a ramp": (("lr-sweep", SPIRAL, "--range-test", "--count", 9), ["--range-test"]),
    "rate 0": (("overfit-tiny", SPIRAL, "--rate", 0), ["rate can't be 0", "above 0"]),
    "rate nan": (("overfit-tiny", SPIRAL, "--rate", "nan"), ["rate can't be nan"]),
    "one row": (("overfit-tiny", SPIRAL, "--rows", 1), ["rows can't be 1"]),
    "no updates": (("overfit-tiny", SPIRAL, "--updates", 0), ["updates can't be 0"]),
    "optimizer": (("overfit-tiny", SPIRAL, "--optimizer", "nope"), ["'nope'", "adam"]),
    "initialisers": ((*INITS, "nope", "normal(0)"), ["'nope'", "xavier", "'normal(0)'"]),
    "after with inits": ((*INITS, "--after", 5), ["--after 5 beside --compare-inits"]),
    "one too many": (("activations", "report", SPIRAL, "more"), ["'more'"]),
    "inits first": ((*INITS[:2], *INITS[3:], "zeros", SPIRAL), [f"{SPIRAL} --compare-inits"]),
    "target and recipe": (("checkup", SPIRAL, "--target", "y"), ["--set data.target=y"]),
    "set no value": (("checkup", SPIRAL, "--set", "nope"), ["--set nope"]),
    "set no key": (("checkup", SPIRAL, "--set", "nope=1"), ["--set nope=1", "permitted: "]),
    "python": (("model.py",), ["nndoctor checkup model.py"]),
    "a bare recipe": ((SPIRAL,), [f"nndoctor checkup {SPIRAL}"]),
}


@pytest.mark.parametrize("case", OPTIONS)
def test_options(run, case):
    arguments, words = OPTIONS[case]
    refused(run(*arguments), *words)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("data.task=foo", ["data.task", "'foo'", "classification"]),
        ("data.target=a", ["--target names the column"]),
        ("data.path=other.csv", ["beside a data file"]),
        ("data.limit=1", ["limit = 1"]),
        ("nope=1", ["there is no such key"]),
    ],
)
def test_changes_to_the_default_recipe(run, good, change, words):
    refused(run("check-loss", good, "--target", "y", "--set", change), *words)


def test_text_for_a_regression(run, table):
    path = table("a,y", *(f"{i},{'ab'[i % 2]}" for i in range(20)))
    change = ("--set", "data.task=regression")
    refused(run("check-loss", path, "--target", "y", *change), "is text, such as 'a'")


def test_a_bare_data_file_is_answered_with_the_command_for_it(run, table):
    path = table("a,y", "1,2", name="my data.csv")
    refused(run(path), f"nndoctor checkup '{path}' --target COLUMN")


def test_a_recipe_that_cannot_be_saved(run, tmp_path):
    said = run("check-loss", SPIRAL, "--save-recipe", tmp_path / "nowhere" / "r.toml")
    assert (said.code, said.out) == (2, "")
    assert "can't be written" in said.err


USAGE = {
    "a command": (("chekup",), ["'chekup' is not a command", "mean nndoctor checkup"]),
    "one like another but for dashes": (("treat", "x", "--budget", "3"), ["treat -h shows"]),
    "no command at all": (("qqqq",), ["'qqqq' is not a command", "nndoctor -h"]),
    "a command of a group": (("cache", "inf"), ["'inf' is not", "mean nndoctor cache info?"]),
    "one that may be left out": (("data", "reprot", SPIRAL), ["mean nndoctor data report?"]),
    "no argument": (("checkup",), ["RECIPE|DATA is missing", "nndoctor checkup -h"]),
    "too many": (("checkup", SPIRAL, "b"), ["unexpected argument 'b'", "nndoctor checkup -h"]),
    "an option": (("checkup", SPIRAL, "--buget", "9s"), ["--buget is not an", "mean --budget?"]),
    "no option at all": (
        ("checkup", SPIRAL, "--qqqq"),
        ["--qqqq is not an", "nndoctor checkup -h"],
    ),
    "no value": (("checkup", SPIRAL, "--budget"), ["--budget needs a", "nndoctor checkup -h"]),
    "a value": (("checkup", SPIRAL, "--fast=3"), ["does not take a value", "nndoctor checkup -h"]),
    "no number": (("checkup", SPIRAL, "--seed", "abc"), ["--seed abc: not a whole", "from 0"]),
    "a part": (("checkup", SPIRAL, "--seed", "1.5"), ["--seed 1.5: not a whole number"]),
    "below": (("checkup", SPIRAL, "--seed", -1), ["--seed -1: out of range", "from 0"]),
    "above": (("checkup", SPIRAL, "-j", 5000), ["--jobs 5000: out of range", "from 0 to 1024"]),
    "a choice": (("train", SPIRAL, "--format", "jsn"), ["--format jsn: ", "mean json?", "sarif"]),
    "no float": (("overfit-tiny", SPIRAL, "--rate", "x"), ["--rate x: not a number"]),
    "control characters": (("checkup", SPIRAL, "--\x1b[31m"), ["\\x1b[31m"]),
}


@pytest.mark.parametrize("case", USAGE)
def test_usage_is_answered_as_every_other_mistake(run, case):
    arguments, words = USAGE[case]
    said = run(*arguments)
    refused(said, *words)
    first, second = said.err.splitlines()
    assert first.startswith("error: ")
    assert second.startswith("  hint: ")
    assert "\x1b" not in said.err


def test_a_group_alone_shows_its_help(run):
    said = run("cache")
    assert (said.code, said.err) == (2, "")
    assert "nndoctor cache" in said.out
