"""The reader of delimited text: rows, columns and lines of files as people write them."""

import gzip

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nndoctor.data.reading import parsing
from nndoctor.data.reading.reading import HowToRead, read_file

from .helpers import columns, problem


def test_numbers_and_texts_in_their_types(read):
    table = read(
        "n,f,t,b,u\n1,1.5,red,True,k1\n2,?,blue,False,k2\n3,NA,red,True,k3\n-4,.,red,,k4\n"
    )
    assert columns(table) == {
        "n": [1, 2, 3, -4],
        "f": [1.5, None, None, None],
        "t": ["red", "blue", "red", "red"],
        "b": ["True", "False", "True", None],
        "u": ["k1", "k2", "k3", "k4"],
    }
    assert table.frame["n"].dtype == np.int64
    assert isinstance(table.frame["t"].dtype, pd.CategoricalDtype)
    assert table.named
    assert table.notes == ()


def test_missing_marks_are_text_among_texts(read):
    assert columns(read("a,pool\n1,NA\n2,Gd\n3, ?\n4,\n"))["pool"] == ["NA", "Gd", "?", None]


def test_blanks_around_cells_go_and_those_inside_stay(read):
    table = read(" a , y\n1 , New  York \n 2,x\n")
    assert columns(table) == {"a": [1, 2], "y": ["New  York", "x"]}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("packed", [False, True])
def test_line_ends_and_compression(read, end, packed):
    content = end.join(["a,b", "1,x", "", "2,y", ""]).encode()
    table = read(gzip.compress(content) if packed else content)
    assert columns(table) == {"a": [1, 2], "b": ["x", "y"]}
    assert table.line_of is not None
    assert [table.line_of(row) for row in (1, 2)] == [2, 4]


def test_quotes_hold_separators_ends_of_lines_and_quotes(read):
    table = read('a,b\n"x, ""y""\nz",1\n"Braund, Mr. O",2\n5" pipe,3\n')
    assert columns(table) == {"a": ['x, "y"\nz', "Braund, Mr. O", '5" pipe'], "b": [1, 2, 3]}
    assert table.line_of is not None
    assert table.line_of(2) == 4


def test_figures_as_people_write_them_stay_text(read):
    assert columns(read('r,p\n5%,"1,500"\n10%,"2,500"\n'))["p"] == ["1,500", "2,500"]
    assert columns(read("a;b\n5,5;1\n6,0;2\n"))["a"] == ["5,5", "6,0"]


def test_whole_numbers_too_long_for_float64_stay_text(read):
    long = ["123456789012345678901", "9007199254740993"]
    assert columns(read(f"a,y\n{long[0]},1\n{long[1]},2\n"))["a"] == long


@pytest.mark.parametrize("late", ["x7", "9223372036854775808", "1,5"])
def test_a_text_far_below_numbers_harms_none_of_them(read, monkeypatch, late):
    monkeypatch.setattr(parsing, "CHUNK", 20_000)
    many = [f"{i:06}" for i in range(60_000)]
    table = read("a;y\n" + "".join(f"{cell};1\n" for cell in [*many, "NA", late]))
    assert columns(table)["a"] == [*many, "NA", late]
    assert table.frame["y"].dtype == np.int64


def test_numbers_far_below_texts_keep_their_zeros(read, monkeypatch):
    monkeypatch.setattr(parsing, "CHUNK", 2_000)
    many = [*["x"] * 50_000, *["007"] * 50_000]
    assert columns(read("a,y\n" + "".join(f"{cell},1\n" for cell in many)))["a"] == many


def test_whole_numbers_with_fractions_far_below(read, monkeypatch):
    monkeypatch.setattr(parsing, "CHUNK", 20_000)
    table = read("a,y\n" + "5,1\n" * 60_000 + "1.5,0\n")
    assert table.frame["a"].dtype == np.float64
    assert table.frame["a"].iloc[[0, -1]].tolist() == [5, 1.5]


def test_the_first_rows_only(read):
    assert columns(read("a,y\n1,2\n3,4\n5,bad,6\n", limit=2)) == {"a": [1, 3], "y": [2, 4]}


@pytest.mark.parametrize(
    ("content", "hint"),
    [("", "empty"), ("\n \n", "empty"), ("a,b\n", "nothing after"), ("sep=;\n", "empty")],
)
def test_files_without_a_row(read, content, hint):
    said, todo = problem(read, content)
    assert said.endswith("t.csv has no rows")
    assert hint in todo


def test_rows_without_a_value_at_the_end_are_left_out_and_told(read):
    table = read("a,b\n1,x\n,\n2,y\n,\n,\n")
    assert columns(table)["b"] == ["x", None, "y"]
    assert table.notes == ("left out: 2 rows at the end with no value",)


plain = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1).filter(
    lambda text: (
        not set(text) & set('",;|#%')
        and not text[:1].isdigit()
        and not text.lower().startswith(("inf", "nan"))
    )
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.tuples(st.integers(-(10**12), 10**12), plain, st.floats(allow_nan=False)),
        min_size=3,
        max_size=20,
    ),
    st.sampled_from([",", ";", "\t", "|"]),
)
def test_what_pandas_writes_is_read_as_it_was(read, rows, separator):
    frame = pd.DataFrame(rows, columns=["count", "word", "size"])
    table = read(frame.to_csv(index=False, sep=separator))
    assert list(table.frame.columns) == ["count", "word", "size"]
    assert columns(table)["count"] == frame["count"].tolist()
    assert columns(table)["word"] == frame["word"].tolist()
    np.testing.assert_allclose(table.frame["size"].to_numpy(float), frame["size"], rtol=1e-15)


@pytest.mark.parametrize(
    ("label", "last", "left_out"),
    [
        ("Total", "45,20.5", "'Total', which holds the sums"),
        ("Average:", "4.5,2.05", "'Average', which holds the means"),
        ("Total", "46,20.6", ""),  # it is not
        ("r10", "45,20.5", ""),  # it is called otherwise
    ],
)
def test_a_last_row_that_sums_up_the_others_is_no_row(tmp_path, label, last, left_out):
    path = tmp_path / "a.csv"
    rows = [f"r{i},{i},2.05" for i in range(10)]
    path.write_text("\n".join(["region,units,price", *rows, f"{label},{last}"]) + "\n")
    table = read_file(path, HowToRead())
    assert len(table) == 11 - bool(left_out)
    assert any(left_out in note for note in table.notes) is bool(left_out)


def test_points_between_thousands_are_not_taken_for_decimal_ones(read):
    rows = [f"{i},5;{rent}" for i, rent in enumerate(["640", "1.467", "860", "12.500"] * 5)]
    found = read("\n".join(["area;rent", *rows]) + "\n")
    assert columns(found)["rent"][:4] == ["640", "1.467", "860", "12.500"]
