"""`import nndoctor`: any source, results that show themselves, and what is offered."""

import inspect
import re
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

import nndoctor as nd

from ..cli.conftest import ROOT

SPIRAL = ROOT / "recipes" / "spiral.toml"


@pytest.fixture(scope="module")
def rows():
    x = np.random.default_rng(0).normal(size=(60, 3))
    return x, (x[:, 0] > 0).astype(int)


def test_every_kind_of_source_is_the_same_examination(rows):
    x, y = rows
    frame = pd.DataFrame(x, columns=["a", "b", "c"])
    told = [
        nd.check_loss(frame.assign(y=y), target="y", hidden=(8,)),
        nd.check_loss(frame, pd.Series(y, name="y"), hidden=(8,)),
        nd.check_loss(x, y, hidden=(8,)),
        nd.check_loss(x, y=y, set={"model.hidden": [8]}),
        nd.check_loss(nd.load_setup(x, y=y, set=["model.hidden=[8]"])),
    ]
    assert len({one.findings[0].measured for one in told}) == 1
    assert "data.csv: 48 rows" in told[0].words[0]
    assert told[0].next_step == ""


def test_a_path_a_text_and_a_set_up():
    one, other = (nd.setup_report(source) for source in (str(SPIRAL), SPIRAL))
    assert one == other
    text = nd.load_setup(ROOT / "sample_data" / "spiral.csv", "arm").text
    assert nd.setup_report(text, set={"training.epochs": 3}).verdict == "pass"


def test_a_result_shows_itself(rows):
    result = nd.check_loss(*rows, hidden=(8,))
    assert repr(result).startswith("<check-loss: pass, ")
    assert "\n" not in repr(result)
    assert "ND301" in str(result)
    cell = result._repr_html_()
    assert "ND301" in cell
    assert "<html" not in cell
    assert not re.search(r":root|\bbody\b", cell)  # styles for the notebook around it
    assert result.to_dict()["verdict"] == "pass"
    assert list(result.to_frame()["code"]) == [one.code for one in result.findings]


def test_a_result_draws_itself(rows):
    plots = nd.activations_report(*rows, hidden=(8,)).plot()
    assert plots._repr_html_().count("<img ") == len(plots) > 0
    assert all(one.axes for one in plots)
    assert nd.check_loss(*rows, hidden=(8,)).plot() == []


def test_a_check_up_has_what_its_diagnosis_has(rows):
    result = nd.checkup(*rows, fast=True)
    assert result.causes == result.diagnosis.causes
    assert repr(result).startswith("<checkup: ")
    assert {"causes", "cured_recipe", "to_frame"} <= set(dir(result))
    assert list(result.to_frame().columns)[:2] == ["rank", "cause"]
    with pytest.raises(AttributeError):
        _ = result.nothing


def test_a_saved_network_answers_for_arrays(rows, tmp_path):
    x, y = rows
    nd.train(x, y, hidden=(8,), epochs=2, save=str(tmp_path / "net.npz"))
    assert len(nd.predict(tmp_path / "net.npz", x[:3]).rows) == 3
    assert nd.evaluate(tmp_path / "net.npz", x, y).command == "evaluate"


def test_errors_carry_their_hints(rows):
    x, y = rows
    with pytest.raises(nd.NNDoctorError, match="60 rows of inputs but 59 answers\n  hint: each"):
        nd.check_loss(x, y[1:])
    with pytest.raises(nd.NNDoctorError, match='hint: did you mean "adam"'):
        nd.check_loss(x, y, optimizer="adma")
    with pytest.raises(nd.NNDoctorError, match="is a recipe, not a trained network"):
        nd.predict(SPIRAL, x)


@pytest.mark.parametrize("name", nd.__all__)
def test_what_is_offered_is_there_and_says_what_it_is(name):
    assert name in dir(nd)
    assert inspect.getdoc(getattr(nd, name))


def test_the_defaults_are_those_of_the_command_line():
    assert inspect.signature(nd.checkup).parameters["jobs"].default == 0
    assert "target" in inspect.signature(nd.lr_sweep).parameters


def test_importing_is_quick():
    code = "import sys, nndoctor; print({'numpy', 'numba', 'pandas', 'rich'} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "set()\n"


def test_a_budget_is_said_as_on_the_command_line():
    recipe = ROOT / "recipes" / "spiral.toml"
    told = nd.checkup(recipe, fast=True, budget="60s")
    assert told.diagnosis.budget == nd.checkup(recipe, fast=True, budget=60).diagnosis.budget
    with pytest.raises(nd.NNDoctorError, match="soon: not a number of seconds"):
        nd.checkup(recipe, budget="soon")
