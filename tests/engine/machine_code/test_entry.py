"""One entry: whole or not there, and never another's."""

import os
import pickle
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from nndoctor.engine.machine_code.entry import Entry

CODE = {"code": bytes(range(256)) * 4}


@pytest.fixture
def entry(tmp_path):
    entry = Entry(tmp_path, "tanh float32")
    entry.write(pickle.dumps(CODE))
    return entry


def test_what_was_written_is_read(entry, tmp_path):
    assert Entry(tmp_path, "tanh float32").read() == CODE
    assert Entry(tmp_path, "relu float32").read() is None
    assert list(tmp_path.iterdir()) == [entry.path]


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[:10],
        lambda content: content[:-1],
        lambda content: content + b"\0",
        lambda content: bytes(len(content)),
        lambda content: content[:100] + bytes(100) + content[200:],
    ],
)
def test_a_damaged_file_is_nothing_and_is_dropped(entry, damage):
    entry.path.write_bytes(damage(entry.path.read_bytes()))
    assert entry.read() is None
    assert not entry.path.exists()


@given(place=some.integers(0), bit=some.integers(0, 7))
def test_any_flipped_bit_is_seen(tmp_path_factory, place, bit):
    entry = Entry(tmp_path_factory.mktemp("cache"), "tanh float32")
    entry.write(pickle.dumps(CODE))
    content = bytearray(entry.path.read_bytes())
    content[place % len(content)] ^= 1 << bit
    entry.path.write_bytes(content)
    assert entry.read() is None


def test_a_file_under_anothers_name_is_nothing(entry, tmp_path):
    other = Entry(tmp_path, "relu float32")
    entry.path.rename(other.path)
    assert other.read() is None


def test_a_write_that_fails_leaves_what_was_there(entry, monkeypatch, tmp_path):
    def full(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    entry.write(pickle.dumps("new"))
    assert entry.read() == CODE
    assert list(tmp_path.iterdir()) == [entry.path]


def test_what_a_killed_writer_left_goes_with_the_next_one(entry, tmp_path):
    half, other = tmp_path / f"{entry.name}.abc.tmp", tmp_path / "another.abc.tmp"
    for path in (half, other):
        path.write_bytes(b"half")
    entry.write(pickle.dumps(CODE))
    assert entry.read() == CODE
    assert sorted(tmp_path.iterdir()) == sorted([entry.path, other])


def test_a_folder_that_has_gone_keeps_nothing_and_says_nothing(tmp_path):
    entry = Entry(tmp_path / "cleared", "tanh float32")
    entry.write(pickle.dumps(CODE))
    assert entry.read() is None


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_only_the_owner_can_read_it(entry):
    assert entry.path.stat().st_mode & 0o077 == 0


def test_many_writers_leave_a_whole_file(entry):
    def write(number):
        entry.write(pickle.dumps([number] * 100_000))
        return entry.read()

    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(write, range(40)))
    assert all(len(one) == 100_000 and len(set(one)) == 1 for one in [*seen, entry.read()])
