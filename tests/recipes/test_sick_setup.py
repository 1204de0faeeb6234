"""Recipes of sick set-ups: each shows one fault, found by its check whatever the seed."""

from pathlib import Path

import pytest

import nndoctor
from nndoctor.checks.setup import SETUP_CHECKS
from nndoctor.findings import Status

from .seeds import seeds

SEEDS = seeds(5)
SICK = Path(__file__).resolve().parents[2] / "recipes" / "sick" / "setup"
SHOWS = {
    "softmax-on-one-unit": ("ND201", Status.ERROR),
    "sigmoid-for-numbers": ("ND201", Status.ERROR),
    "softmax-twice": ("ND202", Status.WARNING),
    "sigmoid-twice": ("ND202", Status.ERROR),
    "logits-as-probabilities": ("ND202", Status.ERROR),
    "cross-entropy-of-numbers": ("ND203", Status.ERROR),
    "classes-as-numbers": ("ND204", Status.WARNING),
    "linear-layers": ("ND205", Status.WARNING),
    "exponential-layers": ("ND206", Status.WARNING),
    "sigmoid-stack": ("ND207", Status.WARNING),
    "narrow-relu-stack": ("ND208", Status.WARNING),
    "one-unit-layer": ("ND209", Status.WARNING),
    "bias-before-norm": ("ND210", Status.NOTE),
    "summed-loss": ("ND211", Status.WARNING),
    "adam-at-one": ("ND212", Status.WARNING),
    "past-the-limit": ("ND212", Status.ERROR),
    "too-few-updates": ("ND213", Status.WARNING),
    "decay-each-step": ("ND214", Status.WARNING),
    "epsilon-of-one": ("ND215", Status.WARNING),
    "penalty-of-one": ("ND216", Status.WARNING),
    "dropout-on-the-output": ("ND217", Status.WARNING),
    "norm-of-one-row": ("ND218", Status.ERROR),
    "no-validation": ("ND219", Status.NOTE),
    "accuracy-of-numbers": ("ND220", Status.WARNING),
}
SIX = {"ND202", "ND205", "ND211", "ND214", "ND215", "ND216"}


def told(name, seed):
    """The status of each finding, the worst first."""
    report = nndoctor.setup_report(nndoctor.load_setup(SICK / f"{name}.toml", seed=seed))
    return {finding.code: finding.status for finding in report.findings}


def bad(found):
    return {code for code, its in found.items() if its.severity >= Status.WARNING.severity}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", SHOWS)
def test_the_fault_is_found_and_no_other_is_told(name, seed):
    code, status = SHOWS[name]
    found = told(name, seed)
    assert found[code] is status
    assert bad(found) <= {code}


@pytest.mark.parametrize("seed", SEEDS)
def test_six_faults_at_once_are_all_told(seed):
    found = told("six-faults", seed)
    assert bad(found) == SIX
    assert set(list(found)[:6]) == SIX


def test_every_check_has_its_recipe_which_says_what_it_shows():
    assert {path.stem for path in SICK.glob("*.toml")} == {*SHOWS, "six-faults"}
    assert {code for code, _ in SHOWS.values()} == {check.code for check in SETUP_CHECKS}
    for path in SICK.glob("*.toml"):
        lines = path.read_text(encoding="utf-8").splitlines()
        assert lines[0].startswith("# ")
        assert f"recipes/sick/setup/{path.name}" in lines[1]
