"""Recipes that learn nothing, not enough, or only by heart: told by the check they are made for."""

from pathlib import Path

import pytest

import nndoctor
from nndoctor.findings import Status

from .seeds import SEEDS

SICK = Path(__file__).resolve().parents[2] / "recipes" / "sick"
SHOWS = {
    "deaf-network": ("baselines", "ND402", Status.ERROR),
    "standstill": ("baselines", "ND402", Status.ERROR),
    "below-a-line": ("baselines", "ND403", Status.WARNING),
    "random-labels": ("capacity", "ND404", Status.WARNING),
    "overfitting": ("bias_variance", "ND702", Status.WARNING),
    "underfitting": ("bias_variance", "ND701", Status.WARNING),
    "easier-validation": ("bias_variance", "ND703", Status.WARNING),
    "few-rows": ("bias_variance", "ND704", Status.NOTE),
    "clear-cases": ("bias_variance", "ND705", Status.WARNING),
}
# What one disease can't be without.
ALSO = {
    "deaf-network": {"ND403"},  # nothing learnt is no better than a constant
    "standstill": {"ND403"},
    "overfitting": {"ND701"},  # rising loss and variance are two looks at one thing
    "clear-cases": {"ND701"},  # rows of another kind are rows not seen as well
    "few-rows": {"ND701"},  # variance is what more rows mend
}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", SHOWS)
def test_the_disease_is_found_and_no_other_is_told(name, seed):
    command, code, status = SHOWS[name]
    options = {"target_error": 0.0} if name == "underfitting" else {}
    setup = nndoctor.load_setup(SICK / f"{name}.toml", seed=seed)
    report = getattr(nndoctor, command)(setup, jobs=2, **options)
    told = {finding.code: finding for finding in report.findings}
    assert told[code].status is status, told[code].message
    assert told[code].advice
    bad = {found.code for found in told.values() if found.status.severity >= 3}
    assert bad - {code} <= ALSO.get(name, set())


def test_each_recipe_says_what_it_shows_and_how_to_see_it():
    for name, (command, _, _) in SHOWS.items():
        lines = (SICK / f"{name}.toml").read_text(encoding="utf-8").splitlines()
        assert lines[0].startswith("# ")
        assert f"nndoctor {command.replace('_', '-')} recipes/sick/{name}.toml" in lines[1]
