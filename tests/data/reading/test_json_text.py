import json

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nndoctor.data.reading.reading import HowToRead, is_recipe, read_file

from .helpers import columns, no_table, table

RECORDS = [{"a": 1, "b": "x"}, {"a": 2.5, "b": None}, {"a": 3}]
READ = {"a": [1, 2.5, 3], "b": ["x", None, None]}
FRAME = pd.DataFrame({"a": [1, 2, 3], "b": ["x", "y", "z"]})


def written(tmp_path, held, name="a.json"):
    path = tmp_path / name
    path.write_text(held if isinstance(held, str) else json.dumps(held, indent=1))
    return path


@pytest.mark.parametrize(
    "held",
    [
        RECORDS,
        {"a": [1, 2.5, 3], "b": ["x", None, None]},
        {"a": {"0": 1, "1": 2.5, "2": 3}, "b": {"0": "x", "1": None, "2": None}},
        {"0": {"a": 1, "b": "x"}, "1": {"a": 2.5, "b": None}, "2": {"a": 3, "b": None}},
        {"columns": ["a", "b"], "index": [0, 1, 2], "data": [[1, "x"], [2.5, None], [3, None]]},
        {"count": 3, "results": RECORDS},
        [["a", "b"], [1, "x"], [2.5, None], [3, None]],
        "\n".join(map(json.dumps, RECORDS)),
        "\n\n".join(map(json.dumps, RECORDS)) + "\n\n",
        '["a", "b"]\n[1, "x"]\n[2.5, null]\n[3, null]',
    ],
)
@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.txt", "a"])
def test_layouts(tmp_path, held, name):
    assert columns(table(written(tmp_path, held, name))) == READ


@pytest.mark.parametrize("orient", ["records", "columns", "index", "split", "table"])
@pytest.mark.parametrize("names", [None, ["r", "s", "t"]])
def test_every_layout_that_pandas_writes(tmp_path, orient, names):
    frame = FRAME if names is None else FRAME.set_axis(names)
    found = columns(table(written(tmp_path, frame.to_json(orient=orient))))
    assert {name: found[name] for name in ("a", "b")} == {"a": [1, 2, 3], "b": ["x", "y", "z"]}


def test_dates_of_the_table_layout(tmp_path):
    frame = FRAME.assign(when=pd.date_range("2020-01-01", periods=3))
    found = table(written(tmp_path, frame.to_json(orient="table")))
    assert found.frame["when"].dtype.kind == "M"
    assert list(found.frame) == ["a", "b", "when"]


def test_rows_without_names(tmp_path):
    found = table(written(tmp_path, [[1, "x"], [2, "y"]]))
    assert columns(found) == {"c1": [1, 2], "c2": ["x", "y"]}
    assert not found.named


def test_objects_in_cells_become_columns(tmp_path):
    held = [{"id": 1, "at": {"x": 1, "y": 2}}, {"id": 2, "at": {"x": 3}}]
    found = table(written(tmp_path, held))
    assert columns(found) == {"id": [1, 2], "at.x": [1, 3], "at.y": [2, None]}
    assert any("outer.inner" in note for note in found.notes)


@pytest.mark.parametrize(
    ("cell", "name", "kind"),
    [([1, 2], "a", "lists"), ({"b": {"c": 1}}, "a.b", "objects"), ({"b": [1]}, "a.b", "lists")],
)
def test_cells_with_more_than_a_value(tmp_path, cell, name, kind):
    found = table(written(tmp_path, [{"a": cell, "y": 1}, {"a": None, "y": 2}]))
    assert found.nested == {name: kind}
    assert found.frame[name].isna().all()


def test_several_lists_of_records(tmp_path):
    path = written(tmp_path, {"train": [{"a": 1}, {"a": 2}], "test": [{"a": 3}, {"a": 4}]})
    assert columns(table(path, part="test")) == {"a": [3, 4]}
    assert "no key 'valid'" in no_table(path, part="valid").problem


def test_limit(tmp_path):
    assert len(table(written(tmp_path, RECORDS), limit=2)) == 2
    # Lines behind the limit are not looked at.
    lines = "\n".join(map(json.dumps, RECORDS)) + '\n{"a": '
    assert len(table(written(tmp_path, lines), limit=3)) == 3


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_encodings(tmp_path, encoding):
    path = tmp_path / "a.json"
    path.write_bytes('[{"ä": 1}, {"ä": 2}]'.encode(encoding))
    assert columns(table(path)) == {"ä": [1, 2]}


def test_encoding_that_has_to_be_named(tmp_path):
    path = tmp_path / "a.json"
    path.write_bytes('[{"ä": 1}, {"ä": 2}]'.encode("latin-1"))
    assert no_table(path).hint.startswith("--encoding")
    assert columns(table(path, encoding="latin-1")) == {"ä": [1, 2]}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('[{"a": 1}, {"a": 2', "no whole JSON"),
        ('{"a": 1}\n{"a": 2}\n{"a" 3}', "in line 3"),
        ("[]", "an empty list"),
        ("[1, 2, 3]", "a list of 3 values"),
        ('{"a": 1, "b": [1, 2]}', "an object with 'a', 'b'"),
        ('{"a": [1, 2], "b": [1]}', "columns of different lengths: 'a' 2, 'b' 1"),
        ('{"columns": ["a", "b"], "data": [[1], [2]]}', "do not fit its 2 columns"),
        ('[{"a": 1}]', "one row only"),
        ("hello", "no whole JSON"),
        ('[{"a": 1}, 2, {"a": 3}]', "a list of 3 values"),
    ],
)
def test_what_is_no_table(tmp_path, text, problem):
    assert problem in no_table(written(tmp_path, text)).problem


@given(
    rows=st.lists(
        st.fixed_dictionaries({"a": st.integers(-(2**53), 2**53), "b": st.text(min_size=1)}),
        min_size=2,
    )
)
def test_any_records_come_back(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("json")
    for held in (json.dumps(rows), "\n".join(map(json.dumps, rows))):
        found = read_file(written(folder, held), HowToRead())
        assert columns(found) == {name: [row[name] for row in rows] for name in "ab"}


def test_recipes_are_told_from_tables(tmp_path):
    recipe = {"data": {"source": "a.csv"}, "model": {"hidden": [3]}}
    path = written(tmp_path, recipe)
    assert is_recipe(path)
    assert "a recipe in JSON, not a table" in no_table(path).problem
    assert is_recipe(tmp_path / "a.toml")
    for held in (RECORDS, {"data": [1, 2], "model": [3, 4]}, "{"):
        assert not is_recipe(written(tmp_path, held))
    assert not is_recipe(tmp_path / "missing.json")
    assert not is_recipe(written(tmp_path, recipe, "a.csv"))


@pytest.mark.parametrize(
    ("held", "place"),
    [
        ({"data": RECORDS, "meta": {"version": 1}}, "data"),
        ({"result": {"rows": RECORDS}}, "result.rows"),
        ({"type": "x", "at": {"a": [1, 2]}, "in": {"deep": {"rows": RECORDS}}}, "in.deep.rows"),
    ],
)
def test_the_only_records_are_found_wherever_they_are(tmp_path, held, place):
    path = written(tmp_path, held)
    assert columns(table(path)) == READ
    assert f"the records under '{place}' are read" in table(path).notes
    assert columns(table(path, part=place)) == READ


def test_one_of_several_lists_of_records_is_named(tmp_path):
    path = written(tmp_path, {"all": {"train": RECORDS, "test": RECORDS}})
    assert no_table(path).hint == "--table NAME, one of 'all.train', 'all.test'"
    assert columns(table(path, part="all.test")) == READ
