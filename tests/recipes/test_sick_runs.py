"""Recipes of runs that go wrong: each shows one disease, found by its check whatever the seed."""

from pathlib import Path

import pytest

import nndoctor
from nndoctor.findings import Status

from .seeds import SEEDS

pytestmark = pytest.mark.slow  # whole runs, or processes of their own

SICK = Path(__file__).resolve().parents[2] / "recipes" / "sick"
UPDATES = {
    "updates-too-small": ("ND503", Status.ERROR),
    "updates-too-large": ("ND503", Status.WARNING),
    "rate-too-low": ("ND504", Status.WARNING),
    "rate-far-too-high": ("ND504", Status.WARNING),
    "plateau": ("ND505", Status.ERROR),
    "oscillation": ("ND506", Status.WARNING),
    "loss-spikes": ("ND507", Status.WARNING),
    "cost-explosion": ("ND508", Status.ERROR),
    "too-few-epochs": ("ND509", Status.NOTE),
    "vanishing-gradient": ("ND609", Status.ERROR),
    "weights-explode": ("ND610", Status.ERROR),
    "frozen-layer": ("ND611", Status.WARNING),
    "rank-collapse": ("ND612", Status.WARNING),
    "stack-shrinks": ("ND613", Status.WARNING),
    "stack-grows": ("ND613", Status.WARNING),
    "averages-lag": ("ND614", Status.WARNING),
}
DEAD = {"dead-units": ("ND608", Status.WARNING), "units-born-dead": ("ND608", Status.ERROR)}


def told(report):
    return {finding.code: finding for finding in report.findings}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", UPDATES)
def test_the_disease_of_a_run_is_found(name, seed):
    report = nndoctor.updates_report(nndoctor.load_setup(SICK / f"{name}.toml", seed=seed))
    code, status = UPDATES[name]
    found = told(report)[code]
    assert found.status.severity >= status.severity, found.message
    assert found.threshold
    if status is not Status.NOTE:
        assert found.advice
        assert not report.next_step.startswith("nndoctor updates")


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", DEAD)
def test_dead_units_are_found_and_their_birth_or_death(name, seed):
    report = nndoctor.dead_units_report(nndoctor.load_setup(SICK / f"{name}.toml", seed=seed))
    code, status = DEAD[name]
    found = told(report)[code]
    assert found.status is status
    layer, units, dead, born, died, why, _ = found.evidence[0].rows[0]
    assert layer == "layer 2"
    if name == "units-born-dead":
        assert (dead, born, died, why) == (units, units, "", f"{units} by bias")
    else:
        assert born == 0 < dead
        assert died


def test_each_recipe_is_in_a_table_and_says_what_it_shows():
    for command, shown in (("updates", UPDATES), ("dead-units", DEAD)):
        for name in shown:
            lines = (SICK / f"{name}.toml").read_text(encoding="utf-8").splitlines()
            assert lines[0].startswith("# ")
            assert lines[1] == f"# See it: nndoctor {command} recipes/sick/{name}.toml"
    both = UPDATES | DEAD
    for path in SICK.glob("*.toml"):
        text = path.read_text(encoding="utf-8")
        runs = "nndoctor updates" in text or "nndoctor dead-units" in text
        assert runs is (path.stem in both), path.name
