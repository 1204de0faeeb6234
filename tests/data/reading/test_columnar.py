import gzip
import io
import sys

import pandas as pd
import pytest

from nndoctor.data import read
from nndoctor.errors import DataError

from .helpers import columns, no_table, table

pytest.importorskip("pyarrow")
FRAME = pd.DataFrame(
    {
        "n": pd.array([1, None, 3], dtype="Int64"),
        "b": [True, False, True],
        "when": pd.date_range("2020-01-01", periods=3),
        "y": ["p", None, "q"],
    }
)
WRITE = {"parquet": pd.DataFrame.to_parquet, "feather": pd.DataFrame.to_feather}


def content(frame, ending):
    file = io.BytesIO()
    WRITE[ending](frame, file)
    return file.getvalue()


@pytest.mark.parametrize("ending", WRITE)
@pytest.mark.parametrize("name", ["a.{}", "a.bin"])
def test_types_whatever_the_name(tmp_path, ending, name):
    path = tmp_path / name.format(ending)
    path.write_bytes(gzip.compress(content(FRAME, ending)))
    found = table(path)
    assert found.frame["when"].dtype.kind == "M"
    assert found.frame["b"].dtype == bool
    assert columns(found)["n"] == [1, None, 3]
    assert columns(found)["y"] == ["p", None, "q"]
    assert len(table(path, limit=2)) == 2


def test_index_with_a_meaning_is_a_column(tmp_path):
    path = tmp_path / "a.parquet"
    for index, expected in (
        (pd.Index(["u", "v", "w"], name="car"), ["car", "a"]),
        (pd.Index(["u", "v", "w"]), ["index", "a"]),
        (pd.Index([0, 2, 5]), ["a"]),
    ):
        path.write_bytes(content(pd.DataFrame({"a": [1, 2, 3]}, index=index), "parquet"))
        assert list(table(path).frame) == expected


def test_lists_in_cells(tmp_path):
    path = tmp_path / "a.parquet"
    path.write_bytes(content(pd.DataFrame({"tags": [[1], [2]], "y": [0, 1]}), "parquet"))
    assert table(path).nested == {"tags": "lists"}


@pytest.mark.parametrize("ending", WRITE)
def test_cut_short(tmp_path, ending):
    path = tmp_path / f"a.{ending}"
    path.write_bytes(content(FRAME, ending)[:-40])
    assert "no readable" in no_table(path).problem


def test_missing_pyarrow_says_how_to_install_it(tmp_path, monkeypatch):
    (tmp_path / "a").write_bytes(content(FRAME, "feather"))
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert no_table(tmp_path / "a").hint == 'pip install "nndoctor[parquet]"'


def test_text_that_is_no_utf8_is_refused(tmp_path):
    path = tmp_path / "rows.parquet"
    frame = pd.DataFrame({"a": ["first", "other"] * 20, "y": range(40)})
    frame.to_parquet(path, compression=None, use_dictionary=False)
    damaged = path.read_bytes().replace(b"first", b"fir\xabt")
    path.write_bytes(damaged)
    with pytest.raises(DataError):
        read(path, "y")
