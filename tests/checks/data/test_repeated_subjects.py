"""ND124: rows of one patient are told from rows of one shop, and from values that say nothing."""

from dataclasses import replace

import numpy as np
import pytest

from nndoctor import api
from nndoctor.checks.data.repeated_subjects import RepeatedSubjects
from nndoctor.checks.measures.groups import alike
from nndoctor.checks.measures.raw_table import Rows
from nndoctor.findings import Status

from .tables import SEEDS, table

OK, NOTE, SKIP = Status.OK, Status.NOTE, Status.SKIP


def visits(seed, values=60, each=5, shared=1.0, kind="regression", **changed):
    """Rows of so many patients, whose targets differ by this much from patient to patient."""
    rng = np.random.default_rng(seed)
    codes = rng.permutation(np.repeat(np.arange(values), each))
    y = shared * rng.normal(size=values)[codes] + rng.normal(size=len(codes))
    if kind != "regression":
        y = (y > 0).astype(int)
    y = np.column_stack([y, 1 - y]) if kind == "multilabel" else y[:, None]
    x, held = rng.normal(size=(len(y), 3)), rng.random(len(y)) < 0.2
    parts = [
        Rows(x[at], y[at].astype(float), np.flatnonzero(at) + 1, subjects={"patient": codes[at]})
        for at in (~held, held)
    ]
    made = table(parts[0].x, parts[0].y, kind, validation=parts[1], **changed)
    return replace(made, train=parts[0])


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind", ["regression", "classification", "multilabel"])
def test_patients_on_both_sides_are_noted_with_the_option_that_parts_them(seed, kind):
    found = RepeatedSubjects().examine(visits(seed, shared=2.0, kind=kind))
    assert found.status is NOTE
    assert "--group patient scores new ones" in found.message
    assert found.where.column == "patient"


@pytest.mark.parametrize("seed", SEEDS)
def test_values_whose_rows_are_not_alike_are_none(seed):
    found = RepeatedSubjects().examine(visits(seed, shared=0.0))
    assert found.status is OK
    assert "correlate by" in found.message


@pytest.mark.parametrize(("values", "each", "status"), [(20, 19, NOTE), (20, 21, OK), (9, 5, OK)])
def test_few_values_of_many_rows_are_classes_that_come_again(values, each, status):
    assert RepeatedSubjects().examine(visits(1, values, each, shared=2.0)).status is status


def test_what_is_split_on_purpose_or_comes_from_another_file_is_not_asked():
    made = visits(0)
    for split in ("group", "time", "last"):
        assert RepeatedSubjects().examine(replace(made, split=split)).status is SKIP
    other = replace(made, validation=replace(made.validation, subjects={}))
    assert RepeatedSubjects().examine(other).status is SKIP
    assert RepeatedSubjects().examine(replace(made, validation=None)).status is SKIP


def test_patients_that_are_on_one_side_each_are_none():
    made = visits(0, shared=2.0)
    apart = {"patient": made.validation.subjects["patient"] + 1000}
    other = replace(made, validation=replace(made.validation, subjects=apart))
    assert RepeatedSubjects().examine(other).status is OK


@pytest.mark.parametrize("seed", range(5))
def test_the_correlation_within_groups_is_that_of_the_law(seed):
    rng = np.random.default_rng(seed)
    groups = np.repeat(np.arange(2000), 5)
    y = rng.normal(size=2000)[groups] + rng.normal(size=10_000)
    assert alike(y[:, None], groups).shared == pytest.approx(0.5, abs=0.04)
    assert alike(rng.permutation(y)[:, None], groups).shared < 0.02
    assert alike(rng.permutation(y)[:, None], groups).chance > 1e-3


@pytest.mark.parametrize(
    ("name", "cell", "status"),
    [
        ("patient", "Ann {}", NOTE),
        ("user_id", "{}", NOTE),
        ("who", "P{:03d}", NOTE),  # codes of one shape
        ("town", "Sankt {:c}", SKIP),  # may be a class of its own
    ],
)
def test_columns_that_name_single_things_are_found_in_a_file(tmp_path, name, cell, status):
    rng = np.random.default_rng(3)
    of_value, lines = rng.normal(size=60), [f"{name},a,b,y"]
    for row in rng.permutation(300):
        a, b = rng.normal(size=2)
        value = cell.format(row // 5 + (ord("a") if ":c" in cell else 0)) + "x" * (":c" in cell)
        lines.append(f"{value},{a:.4f},{b:.4f},{2 * of_value[row // 5] + a:.4f}")
    (tmp_path / "t.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    report = api.data_report(api.load_data(tmp_path / "t.csv", "y"))
    found = {one.code: one for one in report.findings}["ND124"]
    assert found.status is status
    grouped = api.data_report(api.load_data(tmp_path / "t.csv", "y", [f"data.group={name}"]))
    assert {one.code: one for one in grouped.findings}["ND124"].status is SKIP
