import gzip
from pathlib import Path

import numpy as np
import pytest

from nndoctor.data import check_finite, read
from nndoctor.data.frame import ONE_HOT_LIMIT

from .helpers import refused


@pytest.fixture
def table(tmp_path: Path):
    def write(content: str | bytes, name: str = "t.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def test_numbers_keep_their_type(table):
    data = read(table("a,b,y\n1,2,0\n3,4,1\n"), "y")
    assert data.x.dtype == np.int64
    assert data.x.tolist() == [[1, 2], [3, 4]]
    assert data.y.tolist() == [[0], [1]]
    assert (data.columns, data.targets) == (("a", "b"), ("y",))


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("packed", [False, True])
def test_separators_and_gzip(table, separator, packed):
    text = f"a{separator}y\n1.5{separator}2\n2.5{separator}3\n".encode()
    path = table(gzip.compress(text) if packed else text, "t.tsv.gz" if packed else "t.tsv")
    assert read(path, "y").x.tolist() == [[1.5], [2.5]]


def test_byte_order_mark_blank_lines_and_spaces(table):
    data = read(table(b"\xef\xbb\xbf a , y\r\n1, b\r\n\r\n2, c\r\n"), "y")
    assert data.columns == ("a",)
    assert data.y.ravel().tolist() == ["b", "c"]


def test_text_feature_becomes_one_hot_and_is_told(table):
    data = read(table("a,colour,y\n1,red,0\n2,blue,1\n3,red,0\n"), "y")
    assert data.columns == ("a", "colour=blue", "colour=red")
    assert data.x.tolist() == [[1, 0, 1], [2, 1, 0], [3, 0, 1]]
    assert data.notes == ("column 'colour' is one-hot encoded into 2 columns",)


def test_one_hot_stops_at_its_limit(table):
    def text(kinds: int) -> str:
        return "c,y\n" + "".join(f"k{i:02},{i}\n" for i in range(kinds))

    assert read(table(text(ONE_HOT_LIMIT)), "y").x.shape == (20, 20)
    (mistake,) = refused(lambda: read(table(text(ONE_HOT_LIMIT + 1)), "y"))
    assert "'c' is text with 21 distinct values, such as 'k00'" in mistake.problem
    assert "up to 20 are one-hot encoded" in mistake.hint


def test_missing_text_is_missing_in_each_of_its_columns(table):
    data = read(table("c,y\nred,0\n,1\nblue,0\n"), "y")
    assert np.isnan(data.x).tolist() == [[False, False], [True, True], [False, False]]


def test_bools_become_numbers(table):
    data = read(table("a,b,y\nTrue,1,True\nFalse,2,False\nTrue,3,True\n"), "y")
    assert data.x.tolist() == [[1, 1], [0, 2], [1, 3]]
    assert data.y.dtype == bool


def test_bools_with_gaps_are_numbers_with_gaps(table):
    data = read(table("a,y\nTrue,1\n,2\nFalse,3\n"), "y")
    np.testing.assert_array_equal(data.x.ravel(), [1, np.nan, 0])


def test_several_targets_keep_the_order_asked_for(table):
    data = read(table("a,p,q\n1,2,3\n4,5,6\n"), ["q", "p"])
    assert data.targets == ("q", "p")
    assert data.y.tolist() == [[3, 2], [6, 5]]


def test_a_text_and_a_number_target_are_both_text(table):
    data = read(table("a,p,q\n1,u,3\n4,v,6\n"), ["p", "q"])
    assert data.y.tolist() == [["u", "3"], ["v", "6"]]


def test_limit_reads_the_first_rows(table):
    assert read(table("a,y\n1,2\n3,4\n5,bad,6\n"), "y", limit=2).x.tolist() == [[1], [3]]


def test_a_type_that_changes_between_chunks_is_read_as_one(table, monkeypatch):
    monkeypatch.setattr("nndoctor.data.text.CHUNK", 2)
    data = read(table("a,y\n1,0\n2,0\n3,0\n4.5,0\n5,x\n6,0\n"), "y")
    assert data.x.ravel().tolist() == [1, 2, 3, 4.5, 5, 6]
    assert data.y.ravel().tolist() == ["0", "0", "0", "0", "x", "0"]


def test_nearly_all_numbers_names_row_line_and_value(table):
    rows = "".join(f"{i},{i % 2}\n" for i in range(18))
    path = table(f"hp,y\n\n{rows}?,1\n19,0\n")
    (mistake,) = refused(lambda: read(path, "y"))
    assert "'hp' has text where numbers belong: '?' in row 19 (line 21)" in mistake.problem
    assert "put a number there" in mistake.hint


def test_all_columns_with_mistakes_are_told_at_once(table):
    kinds = "".join(f"p{i},q{i},{i}\n" for i in range(30))
    mistakes = refused(lambda: read(table("a,b,y\n" + kinds), "y"))
    assert [mistake.problem[:10] for mistake in mistakes] == ["column 'a'", "column 'b'"]


def test_no_target_lists_the_columns(table):
    (mistake,) = refused(lambda: read(table("a,b,y\n1,2,3\n1,2,3\n"), None))
    assert "no target column named" in mistake.problem
    assert mistake.hint == "--target NAME, one of 'a', 'b', 'y'"


def test_a_misspelt_target_gets_the_nearest(table):
    (mistake,) = refused(lambda: read(table("a,price\n1,2\n1,2\n"), "prise"))
    assert "has no column 'prise'" in mistake.problem
    assert mistake.hint == "did you mean price?"


def test_a_target_far_from_all_gets_the_first_ten(table):
    header = ",".join(f"c{i}" for i in range(12))
    row = ",".join("1" * 12)
    (mistake,) = refused(lambda: read(table(f"{header}\n{row}\n{row}\n"), "zzz"))
    assert mistake.hint.endswith("'c9' and 2 more")


def test_duplicate_columns(table):
    (mistake,) = refused(lambda: read(table("a,b,a,y\n1,2,3,4\n1,2,3,4\n"), "y"))
    assert "several columns named 'a'" in mistake.problem
    assert "name of its own" in mistake.hint


def test_no_header(table):
    (mistake,) = refused(lambda: read(table("5.1,3.5,0\n4.9,3.0,0\n"), "y"))
    assert "the first line holds numbers, not names: '5.1', '3.5', '0'" in mistake.problem
    assert "add a first line" in mistake.hint


@pytest.mark.parametrize("header", ["0,1,2", "x1,x2,2020", "a,2,3"])
def test_numbers_among_names_are_no_missing_header(table, header):
    assert len(read(table(f"{header}\n1,2,3\n4,5,6\n"), header.split(",")[-1])) == 2


@pytest.mark.parametrize(("content", "rows"), [("a,y\n", "no rows"), ("a,y\n1,2\n", "one row")])
def test_too_few_rows(table, content, rows):
    (mistake,) = refused(lambda: read(table(content), "y"))
    assert rows in mistake.problem
    assert mistake.hint


def test_one_column(table):
    (mistake,) = refused(lambda: read(table("y\n1\n2\n"), "y"))
    assert "one column, 'y'" in mistake.problem
    assert "comma" in mistake.hint


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a,b,y\n1,2,3\n1,2,3,4\n", "4 fields in line 3, expected 3"),
        ("a,b,y\n1,2,3,4\n1,2,3,4\n", "4 fields in line 2, expected 3"),
        ("a,b,y\n1,2,3\n\n1,2\n1,2,3\n", "2 fields in line 4, expected 3"),
        ("a,b,y\n1,2,\n1,2,3\n7\n", "1 field in line 4, expected 3"),
        ('a,b,y\n"1\n",2,3\n1,2\n', "2 fields in line 4, expected 3"),
    ],
)
def test_rows_of_unequal_length(table, content, message):
    (mistake,) = refused(lambda: read(table(content), "y"))
    assert message in mistake.problem
    assert "separator" in mistake.hint


def test_an_empty_last_field_is_missing_not_short(table):
    assert np.isnan(read(table("a,y\n1,\n2,3\n"), "y").y[0, 0])


def test_a_value_beyond_the_chunk_of_another_type_is_counted_from_the_top(table, monkeypatch):
    monkeypatch.setattr("nndoctor.data.text.CHUNK", 5)
    rows = "".join(f"{i},{i}\n" for i in range(15))
    (mistake,) = refused(lambda: read(table(f"a,y\n{rows}oops,3\n"), "y"))
    assert "'oops' in row 16 (line 17)" in mistake.problem


def test_not_utf8(table):
    (mistake,) = refused(lambda: read(table("a,y\ncafé,1\nb,2\n".encode("latin-1")), "y"))
    assert "not UTF-8 text: byte 0xe9" in mistake.problem
    assert "save it as UTF-8" in mistake.hint


def test_an_open_quotation_mark(table):
    (mistake,) = refused(lambda: read(table('a,y\n1,2\n"3,4\n5,6\n'), "y"))
    assert "can't be read as a table" in mistake.problem
    assert "quotation mark" in mistake.hint


def test_gzip_cut_short(table):
    packed = gzip.compress(b"a,y\n" + bytes(f"{list(range(400))}", "ascii") * 50)
    (mistake,) = refused(lambda: read(table(packed[:-20], "t.csv.gz"), "y"))
    assert f"after {len(packed) - 20} bytes" in mistake.problem
    assert "again" in mistake.hint


def test_missing_numbers_reach_the_cleaning_by_name(table):
    data = read(table("a,b,y\n1,2,3\n,5,6\n"), "y")
    (mistake,) = refused(lambda: check_finite(data))
    assert "column 'a'" in mistake.problem
