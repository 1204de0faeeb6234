"""Recipes of sick starts: each shows one disease, found by its check whatever the seed."""

import pytest

import nndoctor
from nndoctor.findings import Status

from .test_sick import SICK

SHOWS = {
    "equal-weights": ("activations report", "ND308", Status.ERROR),
    "tiny-weights": ("activations report", "ND309", Status.WARNING),
    "confident-start": ("check-loss", "ND310", Status.ERROR),
    "vanishing-gradients": ("activations report", "ND311", Status.WARNING),
    "one-softmax-unit": ("activations report", "ND311", Status.ERROR),
    "surrogate-slope": ("grad-check", "ND312", Status.NOTE),
    "prior-left-out": ("check-loss", "ND313", Status.NOTE),
}
EXAMINED = {
    "activations report": nndoctor.activations_report,
    "check-loss": nndoctor.check_loss,
    "grad-check": nndoctor.grad_check,
}
# What comes with it: tiny weights fade and so do their gradients, and so it is with sigmoids; who
# starts sure loses much.
ALSO = {
    "tiny-weights": {"ND303", "ND311"},
    "vanishing-gradients": {"ND303"},
    "confident-start": {"ND301"},
}


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("name", SHOWS)
def test_the_disease_is_found_and_no_other_is_told(name, seed):
    command, code, least = SHOWS[name]
    report = EXAMINED[command](nndoctor.load_setup(SICK / f"{name}.toml", seed=seed))
    told = {finding.code: finding.status for finding in report.findings}
    assert told[code].severity >= least.severity
    bad = {code for code, its in told.items() if its.severity >= Status.WARNING.severity}
    assert bad - {code} <= ALSO.get(name, set())


@pytest.mark.parametrize("name", SHOWS)
def test_each_recipe_says_what_it_shows_and_how_to_see_it(name):
    lines = (SICK / f"{name}.toml").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# ")
    assert lines[1] == f"# See it: nndoctor {SHOWS[name][0]} recipes/sick/{name}.toml"
