"""Every command: box, verdict word and exit code agree, and none but a check-up says healthy."""

import json
from functools import partial

import pytest

from nndoctor import api

from .conftest import ROOT, SPIRAL

pytestmark = [
    pytest.mark.slow,  # whole runs, or processes of their own
    pytest.mark.usefixtures("asked_once"),
]

SICK = ROOT / "recipes" / "sick"
PLATEAU = SICK / "plateau.toml"
DEAD, OVERFITTING = SICK / "dead-units.toml", SICK / "overfitting.toml"
ALIKE = {"pass": 0, "warn": 0, "fail": 1, "undecided": 4}
LAYERS = ("activations", "report")
FEW = ("--samples", 4, "--rows", 20, "--after", 5)
# command, what fails, verdict
SAID = [
    (("grad-check", PLATEAU, *FEW), "error", "pass"),
    (("train", PLATEAU), "error", "warn"),
    (("train", PLATEAU), "warning", "fail"),
    (("updates", PLATEAU), "error", "fail"),
    (("dead-units", DEAD), "error", "warn"),
    (("dead-units", DEAD), "warning", "fail"),
    (("bias-variance", OVERFITTING, "--no-learning-curve"), "error", "warn"),
    (("bias-variance", OVERFITTING, "--no-learning-curve"), "warning", "fail"),
    (("bias-variance", SPIRAL, "--no-learning-curve", "--epochs", 2), "note", "fail"),
    (("bias-variance", SPIRAL, "--set", "data.validation=0"), "error", "undecided"),
    (("check-loss", SPIRAL), "warning", "pass"),
    (("lr-sweep", SPIRAL, "--updates", 20), "warning", "pass"),
    (("overfit-tiny", SPIRAL), "warning", "pass"),
    (("data", "report", SPIRAL), "warning", "pass"),
    (("setup", "report", SPIRAL), "warning", "pass"),
    ((*LAYERS, SPIRAL), "warning", "pass"),
    ((*LAYERS, SPIRAL, "--set", "model.init=zeros"), "error", "fail"),
]


@pytest.fixture(scope="module")
def reports():
    return {}


@pytest.fixture
def asked_once(reports, monkeypatch):
    """What trains is run once; how its report is judged, drawn and ended with differs."""

    def once(ask, setup, watch, **options):
        key = ask, setup.text, repr(setup.recipe), repr(options)
        if key not in reports:
            reports[key] = ask(setup, watch, **options)
        return reports[key]

    for name in ("grad_check", "train", "updates_report", "dead_units_report", "bias_variance"):
        monkeypatch.setattr(api, name, partial(once, getattr(api, name)))


def name(said):
    return "-".join(str(getattr(word, "stem", word)) for word in (*said[0], said[1]))


@pytest.mark.parametrize("said", SAID, ids=name)
def test_box_word_and_exit_code_agree(run, said):
    (command, level, verdict) = said
    text = run(*command, "--fail-on", level)
    told = run(*command, "--fail-on", level, "--format", "json")
    document = json.loads(told.out)
    assert document["verdict"] == verdict
    assert document["exit_code"] == told.code == text.code == ALIKE[verdict]
    (box,) = [line for line in text.out.splitlines() if line.startswith(f"│ {verdict.upper()}  ")]
    assert document["headline"].startswith(box[len(verdict) + 4 : -1].strip())
    assert not [word for word in ("HEALTHY", "SICK") if word in text.out]


def test_right_gradients_say_nothing_of_the_network(run):
    assert "│ PASS  the gradients are right  " in run("grad-check", PLATEAU, *FEW).out


def test_only_what_was_asked_is_said(run):
    said = run("check-loss", SPIRAL, "--select", "ND302")
    assert "│ PASS  a penalty raises it by exactly its own size" in said.out
    assert "the first loss is" not in said.out


def test_bias_variance_says_overfitting_and_leaves_test_rows_alone(run):
    words = ("--no-learning-curve", "--set", "data.test=0.1")
    said = run("bias-variance", OVERFITTING, *words)
    assert "overfitting after epoch" in said.out.partition("│ WARN  ")[2]
    assert "150 rows to train, 120 to validate, 30 to test" in said.out
    assert "the 30 test rows are left alone: `nndoctor train` scores them" in said.out
