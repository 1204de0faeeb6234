"""baselines, capacity and bias-variance on the command line."""

import json

import pytest

from nndoctor.checks.table import CHECKS

from .conftest import ROOT, SPIRAL

COMMANDS = {
    "baselines": (),
    "capacity": ("--rows", "60", "--epochs", "50"),
    "bias-variance": ("--epochs", "150", "--no-learning-curve", "--target-error", "0.05"),
}


def refuse(constant):
    raise ValueError(constant)


@pytest.mark.parametrize("command", COMMANDS)
def test_json_is_alone_on_stdout(run, command):
    said = run(command, SPIRAL, *COMMANDS[command], "--format", "json")
    document = json.loads(said.out, parse_constant=refuse)
    assert document["command"] == command
    assert document["findings"]
    assert all(finding["code"] in CHECKS for finding in document["findings"])


@pytest.mark.parametrize("command", COMMANDS)
def test_text_ends_in_a_verdict_and_what_to_do_next(run, command):
    said = run(command, SPIRAL, *COMMANDS[command])
    assert "│ PASS  " in said.out
    assert said.out.splitlines()[-1].startswith("next: nndoctor ")
    assert (said.code, said.err) == (0, "")


@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_an_example(run, command):
    assert f"nndoctor {command} recipes/digits.toml" in run(command, "--help").out


def test_a_sick_recipe_fails_where_that_is_asked_for(run):
    deaf = ROOT / "recipes" / "sick" / "deaf-network.toml"
    said = run("baselines", deaf, "-q")
    assert said.code == 1
    assert [line.split()[1] for line in said.out.splitlines() if "ND4" in line] == [
        "ND402",
        "ND403",
    ]


@pytest.mark.parametrize(
    "wrong", [("--target-error", "-1"), ("--epochs", "0"), ("--target-error", "nan")]
)
def test_what_makes_no_sense_is_refused(run, wrong):
    said = run("bias-variance", SPIRAL, *wrong)
    assert said.code == 2
    assert said.err.startswith("error: ")
