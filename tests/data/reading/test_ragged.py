import pytest

from nndoctor.data.reading import layout

from .helpers import columns, problem

SKIP = "--on-bad-lines skip"


@pytest.mark.parametrize(
    ("text", "seen", "line", "expected"),
    [
        ("a,y\n1,2\n3,4,5\n6,7\n", "3 fields", 3, 2),
        ("a,b,y\n1,2,3\n\n3,4\n6,7,8\n", "2 fields", 4, 3),
        ("a,b,y\n1,2,x\n3\n6,7,y\n", "1 field", 3, 3),
        ("a,y\n1,2,3\n3,4\n6,7\n", "3 fields", 2, 2),
        ("a,b,y\n1,2\n3,4\n", "2 fields", 2, 3),
        ("1,2,3\n1,2,3\n1,2\n", "2 fields", 3, 3),
        ('a,b,y\n"1\n2",2,3\n3,4\n', "2 fields", 4, 3),
        ("a,y\n" + "1,2\n" * 200_000 + "1,2,3\n", "3 fields", 200_002, 2),
        ("a,b,y\n" + "1,2,\n" * 200_000 + "1,2\n", "2 fields", 200_002, 3),
        ("a b y\n1 2 3\n4 5\n6 7 8\n", "2 fields", 3, 3),
    ],
)
def test_a_ragged_line_is_named(read, text, seen, line, expected):
    said, hint = problem(read, text)
    assert said.endswith(f"has {seen} in line {line}, expected {expected}")
    assert SKIP in hint


def test_ragged_lines_are_left_out_and_counted_when_asked_for(read):
    table = read("a,y\n1,2,3\n1,2\n3,4,5\n6,7\n8\n9,10\n", skip_bad_lines=True)
    assert columns(table) == {"a": [1, 6, 9], "y": [2, 7, 10]}
    assert table.notes == ("left out: 3 lines with too many or too few fields",)
    assert table.line_of is not None
    assert [table.line_of(row) for row in (1, 2, 3)] == [3, 5, 7]


def test_gaps_at_the_end_of_lines_are_no_ragged_lines(read):
    assert columns(read('a,y\n1,\n2,3\n"4",\n')) == {"a": [1, 2, 4], "y": [None, 3, None]}


@pytest.mark.parametrize("rows", [1, 100_000])
def test_an_open_quote_is_named_by_its_line(read, rows):
    said, hint = problem(read, "a,y\n" + "1,2\n" * rows + '"3,4\n' + "5,6\n" * rows)
    assert said.endswith(f"has a quotation mark in line {rows + 2} that is never closed")
    assert "close it" in hint


def test_a_line_without_end_is_no_table(read, monkeypatch):
    monkeypatch.setattr(layout, "LONGEST", 1 << 20)
    said, _ = problem(read, b"a" * (3 << 20))
    assert "is no table of text" in said
