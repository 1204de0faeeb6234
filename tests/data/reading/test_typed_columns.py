import gzip
import sys

import numpy as np
import pandas as pd
import pytest

from nndoctor.data import read

from ..helpers import refused


def test_types_of_parquet(tmp_path):
    pytest.importorskip("pyarrow")
    frame = pd.DataFrame(
        {
            "n": pd.array([1, None, 3], dtype="Int64"),
            "b": pd.array([True, None, False], dtype="boolean"),
            "c": pd.Categorical(["u", "v", "u"]),
            "digits": ["1", "2.5", "3"],
            "y": ["p", None, "q"],
        }
    )
    frame.to_parquet(tmp_path / "a.parquet")
    data = read(tmp_path / "a.parquet", "y")
    assert data.columns == ("n", "b", "c=v", "digits")
    np.testing.assert_array_equal(data.x, [[1, 1, 0, 1], [np.nan, np.nan, 1, 2.5], [3, 0, 0, 3]])
    assert data.y.ravel().tolist() == ["p", None, "q"]


def test_gzip_and_limit(tmp_path):
    pytest.importorskip("pyarrow")
    content = pd.DataFrame({"a": [1, 2, 3], "y": [4, 5, 6]}).to_parquet()
    (tmp_path / "a.parquet.gz").write_bytes(gzip.compress(content))
    assert read(tmp_path / "a.parquet.gz", "y", limit=2).x.tolist() == [[1], [2]]


def test_columns_of_lists_are_left_out_and_said(tmp_path):
    pytest.importorskip("pyarrow")
    frame = pd.DataFrame({"a": [0.5, 1.5], "tags": [[1], [2]], "y": [0, 1]})
    frame.to_parquet(tmp_path / "a.parquet")
    assert read(tmp_path / "a.parquet", "y").x.tolist() == [[0.5], [1.5]]
    frame[["tags", "y"]].to_parquet(tmp_path / "b.parquet")
    (alone,) = refused(lambda: read(tmp_path / "b.parquet", "y"))
    assert "no column to learn from" in alone.problem
    assert "lists in its cells" in alone.hint


def test_missing_pyarrow_says_how_to_install_it(tmp_path, monkeypatch):
    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    (mistake,) = refused(lambda: read(tmp_path / "a.parquet", "y"))
    assert mistake.hint == 'pip install "nndoctor[parquet]"'
