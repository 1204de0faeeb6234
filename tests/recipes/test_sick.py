"""Sick recipes: each shows one disease, found by its check whatever the seed."""

from pathlib import Path

import pytest

import nndoctor
from nndoctor.checks.table import CHECKS
from nndoctor.findings import Status
from tools.make_proof import examined, shown
from tools.make_sick_data import FOLDER, main

pytestmark = pytest.mark.slow  # whole runs, or processes of their own

SICK = Path(__file__).resolve().parents[2] / "recipes" / "sick"
RECIPES = sorted(SICK.rglob("*.toml"))
ELSEWHERE = (
    "data report",
    "setup report",
    "grad-check",
    "updates",
    "dead-units",
    "baselines",
    "capacity",
    "bias-variance",
)  # own tests
SHOWS = {
    "missing-values": ("ND101", Status.ERROR),
    "constant-columns": ("ND102", Status.WARNING),
    "duplicate-columns": ("ND103", Status.WARNING),
    "raw-pixels": ("ND104", Status.WARNING),
    "scaled-twice": ("ND104", Status.WARNING),
    "outliers": ("ND105", Status.WARNING),
    "sentinel-values": ("ND106", Status.WARNING),
    "duplicate-rows": ("ND107", Status.WARNING),
    "shared-rows": ("ND108", Status.ERROR),
    "conflicting-labels": ("ND109", Status.WARNING),
    "sorted-rows": ("ND110", Status.WARNING),
    "class-imbalance": ("ND111", Status.WARNING),
    "one-class": ("ND111", Status.ERROR),
    "target-out-of-reach": ("ND112", Status.ERROR),
    "target-not-scaled": ("ND112", Status.WARNING),
    "labels-scaled": ("ND112", Status.WARNING),
    "drift": ("ND113", Status.WARNING),
    "other-place": ("ND114", Status.WARNING),
    "target-leak": ("ND115", Status.WARNING),
    "label-errors": ("ND116", Status.NOTE),
    "too-many-parameters": ("ND117", Status.NOTE),
    "label-noise": ("ND118", Status.WARNING),
    "identifier-columns": ("ND119", Status.WARNING),
    "zeros-for-missing": ("ND120", Status.WARNING),
    "computed-target": ("ND121", Status.WARNING),
    "series-at-random": ("ND122", Status.NOTE),
    "telling-gaps": ("ND123", Status.NOTE),
    "same-patients": ("ND124", Status.NOTE),
}
# What one disease can't be without: a slipped unit is seen by both comparisons of the parts.
ALSO = {
    "conflicting-labels": {"ND107", "ND118"},
    "drift": {"ND114"},
    "other-place": {"ND113"},
    "label-errors": {"ND118"},
    "telling-gaps": {"ND101"},
    "target-leak": {"ND119"},  # it is a number given out row by row
}


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("name", SHOWS)
def test_the_disease_is_found_and_no_other_is_told(name, seed):
    report = nndoctor.data_report(nndoctor.load_data(SICK / f"{name}.toml", seed=seed))
    code, status = SHOWS[name]
    told = {finding.code: finding.status for finding in report.findings}
    assert told[code] is status
    bad = {code for code, its in told.items() if its.severity >= Status.WARNING.severity}
    assert bad - {code} <= ALSO.get(name, set())


def test_each_recipe_is_in_the_table_and_says_what_it_shows():
    of_data = [path for path in RECIPES if shown(path)[1] == "data report"]
    assert {path.stem: shown(path)[0] for path in of_data} == {
        name: code for name, (code, _) in SHOWS.items()
    }
    for path in RECIPES:
        assert path.relative_to(SICK).as_posix() in path.read_text(encoding="utf-8")
        assert {shown(path)[0]} <= CHECKS.keys()


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize(
    "path",
    [path for path in RECIPES if shown(path)[1] not in ELSEWHERE],
    ids=lambda path: path.stem,
)
def test_the_disease_of_a_set_up_is_found(path, seed):
    code, command = shown(path)
    _, told = examined(("sick", command, str(path), seed))
    assert told[code].severity >= Status.NOTE.severity


def test_the_tables_are_small_and_written_again_by_the_tool(tmp_path):
    main(tmp_path)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert made == {path.name: path.read_bytes() for path in FOLDER.iterdir()}
    assert sum(map(len, made.values())) < 300_000
