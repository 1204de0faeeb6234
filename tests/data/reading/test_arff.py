import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.io import arff

from nndoctor.data.reading.reading import HowToRead, read_file

from .helpers import columns, no_table, table

HEADER = """% A comment
@RELATION 'a relation'

@attribute age NUMERIC
@attribute 'shoe size' real
@ATTRIBUTE colour {red, 'light blue', "dark, red"}
@attribute note string
@attribute day date "yyyy-MM-dd"
@attribute Class {yes,no}
@data
"""
ROWS = """% another
30, 41.5, red, 'it''s', 2020-01-31, yes
?, 42, 'light blue', '?', ?, no

25,?, ? , 'a, b', "2021-02-01", ?
"""


def written(tmp_path, text, name="a.arff"):
    path = tmp_path / name
    path.write_text(text)
    return path


@pytest.mark.parametrize("name", ["a.arff", "a.txt", "a"])
def test_attributes_of_every_kind(tmp_path, name):
    rows = ROWS.replace("it''s", r"it\'s").replace('"2021-02-01"', "2021-02-01")
    found = table(written(tmp_path, HEADER + rows, name))
    assert columns(found) == {
        "age": [30, None, 25],
        "shoe size": [41.5, 42, None],
        "colour": ["red", "light blue", None],
        "note": ["it's", None, "a, b"],
        "day": [datetime.datetime(2020, 1, 31), None, datetime.datetime(2021, 2, 1)],
        "Class": ["yes", "no", None],
    }
    assert found.target == "Class"
    assert [found.line_of(row) for row in (1, 2, 3)] == [12, 13, 15]


def test_the_last_attribute_is_not_the_target(tmp_path):
    text = "@relation r\n@attribute a real\n@attribute b {u,v}\n@data\n1,u\n2,v\n"
    assert table(written(tmp_path, text)).target == ""


def test_sparse_rows(tmp_path):
    text = HEADER + "{0 30, 2 'light blue', 5 no}\n{3 'a, b', 1 2.5}\n"
    found = columns(
        table(
            written(
                tmp_path,
                text.replace('@attribute day date "yyyy-MM-dd"\n', "").replace("5 no", "4 no"),
            )
        )
    )
    assert found == {
        "age": [30, 0],
        "shoe size": [0, 2.5],
        "colour": ["light blue", "red"],
        "note": ["0", "a, b"],
        "Class": ["no", "yes"],
    }


def test_either_quotation_mark(tmp_path):
    text = "@relation r\n@attribute a string\n@attribute b {u,v}\n@data\n"
    rows = """"it's, so", u\n'say "x"', v\nplain, u\n"""
    found = columns(table(written(tmp_path, text + rows)))
    assert found == {"a": ["it's, so", 'say "x"', "plain"], "b": ["u", "v", "u"]}


def test_values_that_the_header_does_not_list(tmp_path):
    text = "@relation r\n@attribute a real\n@attribute b {u,v}\n@data\n1,u\n2,w\n"
    found = table(written(tmp_path, text))
    assert columns(found)["b"] == ["u", "w"]
    assert any("'w'" in note and "does not list" in note for note in found.notes)


def test_limit_and_renamed_target(tmp_path):
    text = "@relation r\n@attribute a real\n@attribute class {u,v}\n@data\n1,u\n2,v\n3,u\n"
    found = table(written(tmp_path, text), limit=2, names=("p", "q"))
    assert columns(found) == {"p": [1, 2], "q": ["u", "v"]}
    assert found.target == "q"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "@relation r\n@attribute a real\n@attribute b real\n@data\n1,2\n3\n",
            "1 fields in line 6",
        ),
        ("@relation r\n@attribute a real\n@data\n1\n2,3\n", "2 fields in line 5, expected 1"),
        ("@relation r\n@attribute a real\n@data\n1\nx\n", "'x' in the numeric column 'a', line 5"),
        ("@relation r\n@attribute a date\n@data\nmonday\n?\n", "'monday' in the date column"),
        ("@relation r\n@attribute a real\n1\n2\n", "has no @data line"),
        ("@relation r\n", "has no @attribute line"),
        ("@relation r\n@attribute a\n@data\n1\n", "can't be read in line 2"),
        ("@relation r\n@attribute a relational\n@data\n1\n", "can't be read in line 2"),
        ("@relation r\n@attribute a real\n@data\n{7 1}\n{0 1}\n", "'7 1' in line 4"),
        ("@relation r\n@attribute a real\n@data\n", "no rows"),
    ],
)
def test_what_can_not_be_read(tmp_path, text, problem):
    assert problem in no_table(written(tmp_path, text)).problem


@given(
    rows=st.lists(
        st.tuples(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from(["u", "v w"])),
        min_size=2,
    )
)
def test_the_same_as_scipys_where_that_reads_it(tmp_path_factory, rows):
    lines = [f"{number},{f'{kind!r}'}" for number, kind in rows]
    text = "@relation r\n@attribute a real\n@attribute b {u,'v w'}\n@data\n" + "\n".join(lines)
    path = written(tmp_path_factory.mktemp("arff"), text)
    expected, _ = arff.loadarff(path)
    found = read_file(path, HowToRead()).frame
    np.testing.assert_array_equal(found["a"], expected["a"])
    assert found["b"].tolist() == [kind.decode() for kind in expected["b"]]


def test_weights_of_rows_are_passed_over_and_told(tmp_path):
    path = tmp_path / "a.arff"
    path.write_text(
        "@relation r\n@attribute a numeric\n@attribute class {p,q}\n@data\n1,p, {2}\n2,q\n"
    )
    found = table(path)
    assert columns(found) == {"a": [1, 2], "class": ["p", "q"]}
    assert "1 row with a weight: all rows count alike" in found.notes
