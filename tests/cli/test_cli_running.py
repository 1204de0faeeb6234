"""`nndoctor updates` and `nndoctor dead-units`: what they print, and how they exit."""

import json

import pytest

import nndoctor
from nndoctor.findings import Status, Verdict
from nndoctor.watch import Watch

from .conftest import ROOT, SPIRAL

SICK = ROOT / "recipes" / "sick"
COMMANDS = {"updates": ("--updates", "40"), "dead-units": ("--after", "40")}


class Stop(Watch):
    def cancelled(self):
        return True


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example_and_the_shared_options(run, command, monkeypatch):
    monkeypatch.setenv("TERMINAL_WIDTH", "200")
    said = run(command, "--help")
    assert said.code == 0
    assert f"nndoctor {command} recipes/" in said.out
    assert all(option in said.out for option in (COMMANDS[command][0], "--format", "--seed"))


@pytest.mark.parametrize("command", COMMANDS)
def test_json_is_the_document(run, command):
    said = run(command, SPIRAL, *COMMANDS[command], "--format", "json")
    document = json.loads(said.out)
    assert (document["command"], said.err) == (command, "")
    codes = [finding["code"] for finding in document["findings"]]
    training = [f"ND{k}" for k in (*range(503, 510), 609, 610, 611, 607, 612, 613, 614)]
    assert codes == (training if command == "updates" else ["ND608"])


def test_updates_draws_the_loss_and_one_table_of_layers(run):
    said = run("updates", SPIRAL)
    assert said.code == 0
    assert "loss on the same training rows" in said.out
    assert all(head in said.out for head in ("layers while training", "gradient", "moved"))
    assert said.out.splitlines()[-1].startswith("next: nndoctor checkup ")


def test_dead_units_counts_by_layer(run):
    said = run("dead-units", SICK / "units-born-dead.toml", "--after", "0")
    assert said.code == 1
    assert "32 by bias" in said.out
    assert said.out.splitlines()[-1].startswith("next: nndoctor checkup ")


def test_a_sick_run_ends_in_what_to_do(run):
    said = run("updates", SICK / "rate-too-low.toml", "--fail-on", "warning")
    assert said.code == 1
    assert said.out.splitlines()[-1].startswith("next: nndoctor checkup ")


@pytest.mark.parametrize("command", COMMANDS)
def test_one_seed_one_result(run, command):
    first = run(command, SPIRAL, *COMMANDS[command], "--seed", 1)
    assert run(command, SPIRAL, *COMMANDS[command], "--seed", 1) == first


@pytest.mark.parametrize("count", [("updates", "--updates", "0"), ("dead-units", "--after", "-1")])
def test_counts_that_are_none_are_refused(run, count):
    command, option, value = count
    assert run(command, SPIRAL, option, value).code == 2


@pytest.mark.parametrize("examine", [nndoctor.updates_report, nndoctor.dead_units_report])
def test_what_the_user_breaks_off_is_no_verdict(examine):
    setup = nndoctor.load_setup(SPIRAL, set=["training.epochs=100000"])
    report = examine(setup, Stop())
    assert report.interrupted
    assert report.exit_code() == 130
    assert report.verdict is Verdict.UNDECIDED


def test_settings_of_the_recipe_hold():
    strict = ["checks.ND503.high=1e-4"]
    setup = nndoctor.load_setup(SPIRAL, set=strict)
    found = {finding.code: finding for finding in nndoctor.updates_report(setup).findings}
    assert found["ND503"].status is Status.WARNING
