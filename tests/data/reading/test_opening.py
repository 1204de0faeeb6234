import bz2
import gzip
import json
import lzma
import os
import zipfile

import pytest

from .helpers import columns, no_table, table

RECORDS = [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}, {"a": 3, "b": "z"}]
CONTENT = json.dumps(RECORDS).encode()
READ = {"a": [1, 2, 3], "b": ["x", "y", "z"]}
PACK = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}


def archive(path, **members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as held:
        for name, content in members.items():
            held.writestr(name.replace("__", "."), content)
    return path


@pytest.mark.parametrize("ending", PACK)
@pytest.mark.parametrize("name", ["a.json.{}", "a.{}", "a.json", "a"])
def test_packed_whatever_the_name_says(tmp_path, ending, name):
    path = tmp_path / name.format(ending)
    path.write_bytes(PACK[ending](CONTENT))
    assert columns(table(path)) == READ


@pytest.mark.parametrize("ending", PACK)
@pytest.mark.parametrize("keep", [0.4, 0.95])
def test_packed_and_cut_short(tmp_path, ending, keep):
    packed = PACK[ending](CONTENT)
    size = int(keep * len(packed))
    path = tmp_path / "a.json"
    path.write_bytes(packed[:size])
    mistake = no_table(path)
    assert f"cut short or corrupt: after {size} bytes" in mistake.problem


@pytest.mark.parametrize("ending", PACK)
def test_packed_with_a_wrong_checksum(tmp_path, ending):
    packed = bytearray(PACK[ending](CONTENT))
    packed[-6 if ending == "gz" else len(packed) // 2] ^= 0xFF
    path = tmp_path / "a.json"
    path.write_bytes(packed)
    assert "corrupt" in no_table(path).problem


def test_zip_with_one_file(tmp_path):
    path = archive(tmp_path / "a.zip", a__json=CONTENT)
    assert columns(table(path)) == READ


def test_zip_with_one_data_file_among_others(tmp_path):
    others = {"readme__md": "x", "__MACOSX/._a__json": "y", "b__pdf": "z"}
    path = archive(tmp_path / "a.zip", **others, a__json=CONTENT)
    assert columns(table(path)) == READ


def test_zip_with_several_tables(tmp_path):
    other = json.dumps([{"c": 1}, {"c": 2}])
    path = archive(tmp_path / "a.zip", **{"in/first__json": CONTENT}, second__json=other)
    mistake = no_table(path)
    assert "an archive with 2 files" in mistake.problem
    assert mistake.hint == "--table NAME, one of 'in/first.json', 'second.json'"
    assert columns(table(path, part="first.json")) == READ
    assert columns(table(path.with_name("a.zip::second.json"))) == {"c": [1, 2]}
    assert "no file 'third.json'" in no_table(path, part="third.json").problem


def test_zip_cut_short(tmp_path):
    path = archive(tmp_path / "a.zip", a__json=CONTENT)
    path.write_bytes(path.read_bytes()[:60])
    assert "cut short or corrupt: after 60 bytes zip says" in no_table(path).problem


def test_zip_with_a_wrong_checksum(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as held:
        held.writestr("a.json", CONTENT)
    path.write_bytes(path.read_bytes().replace(b'"x"', b'"q"'))
    assert "Bad CRC" in no_table(path).problem


@pytest.mark.parametrize("which", [0, -1], ids=["of the file", "of the list"])
def test_zip_with_a_name_that_is_no_text(tmp_path, which):
    path = archive(tmp_path / "rows.zip", tür__json=CONTENT)
    content, name = path.read_bytes(), "tür".encode()
    at = content.index(name) if which == 0 else content.rindex(name)
    path.write_bytes(content[:at] + b"\xf4" + content[at + 1 :])
    assert "cut short or corrupt" in no_table(path).problem


def test_zip_with_a_password(tmp_path):
    path = archive(tmp_path / "a.zip", a__json=CONTENT)
    content = bytearray(path.read_bytes())
    for magic, flags in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        content[content.index(magic) + flags] |= 1
    path.write_bytes(content)
    mistake = no_table(path)
    assert "locked with a password" in mistake.problem
    assert mistake.hint.startswith(f"unzip {path}")


def test_zip_with_nothing_in_it(tmp_path):
    assert "no file in it" in no_table(archive(tmp_path / "a.zip")).problem


def test_folder_names_the_data_in_it(tmp_path):
    for name in ("b.csv.gz", "a.xlsx", "notes.md", ".hidden.csv"):
        (tmp_path / name).touch()
    mistake = no_table(tmp_path)
    assert "is a directory" in mistake.problem
    assert mistake.hint == f"nndoctor checkup {tmp_path}/a.xlsx, or another file in it: 'b.csv.gz'"


@pytest.mark.parametrize("url", ["https://host/a.csv", "s3://bucket/a.parquet", "ftp://h/a.csv"])
def test_nothing_is_downloaded(tmp_path, url):
    mistake = no_table(type(tmp_path)(url))
    assert mistake.problem.startswith(url)
    assert "downloads nothing" in mistake.problem
    name = url.rpartition("/")[2]
    fetch = f"curl -L -o {name} {url}" if not url.startswith("s3") else f"download it as {name}"
    assert mistake.hint == f"{fetch}, then nndoctor checkup {name}"


def test_pipe_and_device(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert "not a regular file" in no_table(tmp_path / "pipe").problem
    assert "not a regular file" in no_table(type(tmp_path)(os.devnull)).problem


def test_empty_file(tmp_path):
    (tmp_path / "a.xlsx").touch()
    assert "is empty (0 bytes)" in no_table(tmp_path / "a.xlsx").problem


def test_packed_nothing(tmp_path):
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(b""))
    assert "is empty" in no_table(tmp_path / "a.csv.gz").problem


def test_missing_file_prefers_data(tmp_path):
    for name in ("iris.py", "iris.csv"):
        (tmp_path / name).touch()
    assert no_table(tmp_path / "iris.cs").hint == f"did you mean {tmp_path / 'iris.csv'}?"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_file_that_may_not_be_read(tmp_path):
    path = tmp_path / "a.json"
    path.write_bytes(CONTENT)
    path.chmod(0)
    assert "can't be read: Permission denied" in no_table(path).problem
