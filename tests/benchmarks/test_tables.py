"""Truths about public tables hold for the files, and readings are held against them rightly."""

import pandas as pd
import pytest
import table_models
import tables
from sources import CLASSES, REGRESSION
from table_models import BOOSTING, LINEAR, NETWORK, OURS, scores
from table_sources import Known, truths
from tables import BESIDE, Reading, Seen, examine, measures, misread

from nndoctor.data.columns.column import Kind
from nndoctor.errors import DataError

INSTALLED = [known for known in truths() if known.place is not None]  # at least scikit-learn's
KINDS = {"id": ("identifier",), "day": ("number", "date"), "city": ("class", "text")}
KNOWN = Known("sklearn", "a.csv", 100, 5, CLASSES, "y", KINDS, gaps=3)
RIGHT = Reading(
    100, 5, CLASSES, {"id": "identifier", "day": "date", "city": "text", "size": "code"}, 3
)


def test_truths_speak_of_kinds_that_there_are():
    every = truths()
    assert len({known.name for known in every}) == len(every) >= 25
    told = {kind for known in every for kinds in known.kinds.values() for kind in kinds}
    assert told <= set(Kind)


@pytest.mark.parametrize("known", INSTALLED, ids=lambda known: known.name)
def test_files_are_as_it_is_told(known):
    frame = known.frame()
    assert frame.shape == (known.rows, known.columns)
    assert frame.isna().to_numpy().sum() == known.gaps
    assert frame[known.target].notna().all()
    numbers = {"number", "code"}
    texts = [
        name
        for place, name in enumerate(frame.columns, 1)
        if name != known.target
        and known.allowed(name, place) == numbers
        and not pd.api.types.is_numeric_dtype(frame[name])
    ]
    assert not texts


def test_a_table_is_written_as_people_save_it(tmp_path):
    (known,) = (one for one in truths() if one.name == "sklearn/diabetes.csv")
    lines = known.put(tmp_path).read_text(encoding="utf-8").splitlines()
    assert len(lines) == known.rows + 1
    assert lines[0].count(";") == known.columns - 1
    assert "," in lines[1]


def test_a_right_reading_has_nothing_wrong():
    assert misread(KNOWN, RIGHT) == ()


@pytest.mark.parametrize(
    ("change", "phrase"),
    [
        ({"rows": 99}, "99 rows for 100"),
        ({"columns": 6}, "6 columns for 5"),
        ({"gaps": 0}, "0 gaps for 3"),
        ({"kinds": {**RIGHT.kinds, "id": "number"}}, "id is number, not identifier"),
        ({"kinds": {**RIGHT.kinds, "size": "class"}}, "size is class, not code or number"),
        ({"kinds": None}, "kinds of columns not told"),
    ],
)
def test_a_wrong_reading_is_told(change, phrase):
    assert misread(KNOWN, Reading(**(vars(RIGHT) | change))) == (phrase,)


def test_columns_without_names_are_known_by_their_place():
    known = Known("sklearn", "a.csv", 9, 4, CLASSES, "#2", {"#3": ("text",), "#4": ("class",)})
    reading = Reading(9, 4, CLASSES, {"c1": "number", "c3": "text", "c4": "class"}, 0)
    assert misread(known, reading) == ()
    swapped = Reading(9, 4, CLASSES, {"c1": "number", "c3": "class", "c4": "text"}, 0)
    assert len(misread(known, swapped)) == 2


def test_all_measures_count():
    flawed = Known("sklearn", "b.csv", 100, 5, REGRESSION, "y", flaw="a leak")
    every = [
        Seen(KNOWN, (), True, "healthy", "", {OURS: 0.88, NETWORK: 0.9}),
        Seen(KNOWN, ("99 rows for 100",), False, "sick", "", {OURS: 0.86, NETWORK: 0.9}),
        Seen(flawed, (), True, "sick"),
        Seen(KNOWN, error="DataError: no"),
    ]
    counted = {name: (rate.hits, rate.of) for name, rate in measures(every).items()}
    assert counted == {
        "read right": (2, 4),
        "task right": (2, 4),
        "called sick without reason": (1, 2),
        BESIDE: (1, 2),
    }


def test_a_refusal_ends_no_benchmark(tmp_path):
    def refuse(path, target):
        raise DataError("no table", "another file")

    (known,) = (one for one in truths() if one.name == "sklearn/wine.csv")
    seen = examine(known, tmp_path, checkup=False, ask=refuse)
    assert (seen.task, seen.found) == (None, {})
    assert seen.error.startswith("DataError: no table")


def test_a_benchmark_goes_on_where_it_was_broken_off(tmp_path, monkeypatch):
    first, second = INSTALLED[:2]
    state, asked_of = tmp_path / "state.jsonl", []

    def examined(known, folder, checkup):
        asked_of.append(known)
        return Seen(known, ("99 rows for 100",), True, "sick", "of rows", {OURS: 0.5}, 1.0)

    monkeypatch.setattr(tables, "examine", examined)
    once = list(tables.examine_all([first], True, state))
    again = list(tables.examine_all([first, second], True, state))
    assert asked_of == [first, second]
    assert again[0] == once[0]


def test_models_learn_from_the_same_rows(tmp_path, monkeypatch):
    monkeypatch.setattr(table_models, "SEEDS", (0,))
    (known,) = (one for one in truths() if one.name == "sklearn/breast_cancer.csv")
    found = scores(known, known.put(tmp_path))
    assert set(found) == {OURS, NETWORK, BOOSTING, LINEAR}
    assert all(0.9 < score <= 1 for score in found.values())
