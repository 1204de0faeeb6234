import gzip
import json
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nndoctor.data import Dataset
from nndoctor.data.reading import endings
from nndoctor.data.reading.formats import FORMATS, format_of
from nndoctor.data.reading.reading import HowToRead, read_file, split_part
from nndoctor.data.reading.source import look
from nndoctor.errors import DataError

from .helpers import no_table, table

TEXTS = {
    "a,b\n1,2\n3,4\n": endings.DELIMITED,
    "1 2 3\n4 5 6\n": endings.DELIMITED,
    "5.1,3.5,setosa\n4.9,3.0,setosa\n": endings.DELIMITED,
    "%a\n1\n": endings.DELIMITED,
    "time\n12:30 13:40\n14:50 15:00\n": endings.DELIMITED,
    "1 12:30 13:40\n2 08:50 15:05\n": endings.DELIMITED,
    "% c\n@RELATION r\n": endings.ARFF,
    '[{"a": 1}]': endings.JSON,
    '{"a": 1}\n{"a": 2}\n': endings.JSON,
    "1 1:2 3:4\n-1 2:5\n": endings.LIBSVM,
    "1.5 qid:3 1:2 # x\n": endings.LIBSVM,
}


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("name", ["a", "a.csv", "a.xls", "a.parquet"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_text_is_known_by_its_content(tmp_path, text, name, encoding):
    path = tmp_path / name
    path.write_bytes(gzip.compress(text.encode(encoding)))
    form = format_of(look(path))
    assert form is not None
    assert form.name == TEXTS[text]


def test_every_ending_is_of_a_format():
    assert {form.name for form in FORMATS} == set(endings.ENDINGS.values())
    assert all(form.endings for form in FORMATS)


@pytest.mark.parametrize("name", ["a", "a.csv", "a.foo"])
def test_bytes_that_nobody_knows(tmp_path, name):
    (tmp_path / name).write_bytes(b"\x00\x01\xfe\xff" * 20)
    mistake = no_table(tmp_path / name)
    assert "begins with bytes 00 01 fe ff" in mistake.problem
    assert ".csv" in mistake.hint
    assert ".bz2" in mistake.hint


@pytest.mark.parametrize("ending", [e for form in FORMATS if not form.text for e in form.endings])
@given(content=st.binary(min_size=1, max_size=300))
def test_no_format_lets_another_error_through(tmp_path_factory, ending, content):
    path = tmp_path_factory.mktemp("any") / f"a.{ending}"
    path.write_bytes(b"\x00\x01" + content)  # never text, not even UTF-16
    with pytest.raises(DataError, match="a\\."):
        read_file(path, HowToRead(), ["0"])


def test_part_of_a_file(tmp_path):
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"p": [{"a": 1}, {"a": 2}], "q": [{"b": 1}, {"b": 2}]}))
    assert list(table(tmp_path / "a.json::q").frame) == ["b"]
    assert split_part(tmp_path / "a.json::q") == (path, "q")
    assert split_part(path) == (path, "")
    odd = tmp_path / "b::c.json"
    path.rename(odd)
    assert split_part(odd) == (odd, "")


def test_part_of_a_format_without_parts(tmp_path):
    (tmp_path / "a").write_text("1 1:2\n2 1:3\n")
    assert no_table(tmp_path / "a", part="x").hint == "leave --table out"


def test_limit_below_two(tmp_path):
    assert "limit = 1 rows" in no_table(tmp_path / "a.csv", limit=1).problem


def test_arrays_by_content(tmp_path):
    x = np.arange(12, dtype=np.uint8).reshape(4, 3)
    np.save(tmp_path / "a.npy", x)
    path = (tmp_path / "a.npy").rename(tmp_path / "a.csv")
    data = read_file(path, HowToRead(limit=3), ["-1"])
    assert isinstance(data, Dataset)
    assert data.x.tolist() == x[:3, :2].tolist()
    assert data.notes == (
        "the name promises delimited text, but the content is read as what it is: NumPy file",
    )


def test_one_column_that_is_the_target(tmp_path):
    np.save(tmp_path / "a.npy", np.zeros((3, 1)))
    assert "no column besides its target" in no_table(tmp_path / "a.npy", ["0"]).problem


def test_idx_and_cifar(tmp_path):
    images = struct.pack(">4B3I", 0, 0, 8, 3, 2, 1, 2) + bytes([1, 2, 3, 4])
    (tmp_path / "images").write_bytes(images)
    (tmp_path / "labels").write_bytes(struct.pack(">4BI", 0, 0, 8, 1, 2) + bytes([7, 9]))
    data = read_file(tmp_path / "images", HowToRead(), ["labels"])
    assert isinstance(data, Dataset)
    assert data.y.ravel().tolist() == [7, 9]
    record = bytes([0, 0, 8, 3]) + bytes(3069)  # begins as IDX does
    (tmp_path / "batch.bin").write_bytes(record * 2)
    assert read_file(tmp_path / "batch.bin", HowToRead()).x.shape == (2, 3072)
