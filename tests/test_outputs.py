"""Files that commands leave: nothing is lost by writing them, and two runs never write one."""

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from nndoctor.errors import UsageError
from nndoctor.outputs import (
    claimed,
    claimed_folder,
    growing,
    holds_files,
    same_file,
    write_text,
    written,
)

posix = pytest.mark.skipif(os.name != "posix", reason="locks, modes and pipes of POSIX")


def refusal(path, *reads, force=False):
    with pytest.raises(UsageError) as raised, claimed(path, reads, force):
        raise AssertionError("it was not refused")
    (mistake,) = raised.value.mistakes
    assert mistake.hint
    return mistake.problem, mistake.hint


def test_a_free_place_is_kept_and_left_clean(tmp_path):
    path = tmp_path / "out.txt"
    with claimed(path):
        assert not path.exists()
        write_text(path, "ünd\n")
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == "ünd\n".encode()
    with claimed(None):
        pass


def test_what_is_there_is_refused_and_given_up_by_force_alone(tmp_path):
    path = tmp_path / "out.txt"
    path.write_bytes(b"precious")
    problem, hint = refusal(path)
    assert problem == f"{path} is there already"
    assert "--force" in hint
    assert list(tmp_path.iterdir()) == [path]
    with claimed(path, force=True):
        assert path.read_bytes() == b"precious"
        write_text(path, "new")
    assert path.read_bytes() == b"new"


@posix
def test_an_input_is_named_as_one_by_whatever_name(tmp_path):
    path, link = tmp_path / "in.csv", tmp_path / "link.csv"
    path.write_bytes(b"a,b")
    link.symlink_to(path)
    assert refusal(link, tmp_path / "other", path)[0] == f"{link} is read by this command"
    assert same_file(path, link)
    assert not same_file(path, tmp_path / "none")


def test_places_that_cannot_be_written(tmp_path, monkeypatch):
    assert "it is a folder" in refusal(tmp_path)[0]
    assert "there is no folder" in refusal(tmp_path / "no" / "out.txt")[0]
    assert "can't be written" in refusal(tmp_path / ("n" * 300))[0]
    (tmp_path / "file").touch()
    assert "can't be written" in refusal(tmp_path / "file" / "out.txt")[0]
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
    assert "it is read-only" in refusal(tmp_path / "file", force=True)[0]


@posix
@pytest.mark.skipif(os.name == "posix" and os.geteuid() == 0, reason="root writes anywhere")
def test_a_folder_that_is_closed(tmp_path):
    tmp_path.chmod(0o500)
    try:
        assert "Permission denied" in refusal(tmp_path / "out.txt")[0]
    finally:
        tmp_path.chmod(0o700)


@posix
def test_a_link_stays_one_even_if_it_leads_nowhere_yet(tmp_path):
    target, link = tmp_path / "there.txt", tmp_path / "link.txt"
    link.symlink_to(target)
    with claimed(link):
        write_text(link, "x")
    assert link.is_symlink()
    assert target.read_text() == "x"


@posix
def test_modes_are_those_of_any_other_file_and_stay(tmp_path):
    (tmp_path / "plain").touch()
    path = tmp_path / "out.txt"
    write_text(path, "x")
    assert path.stat().st_mode == (tmp_path / "plain").stat().st_mode
    path.chmod(0o640)
    write_text(path, "y")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@posix
def test_devices_and_pipes_are_written_into(tmp_path):
    with claimed(Path(os.devnull)):
        write_text(Path(os.devnull), "x")
    assert not Path(os.devnull).is_file()
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE) as cat:
        with claimed(pipe):
            write_text(pipe, "through")
        assert cat.communicate()[0] == b"through"


@pytest.mark.parametrize("breaks", [KeyboardInterrupt, OSError(28, "No space left on device")])
def test_what_breaks_off_leaves_the_last_file(tmp_path, breaks):
    path = tmp_path / "out.txt"
    write_text(path, "whole")

    def half():
        with written(path) as file:
            file.write(b"ha")
            file.flush()
            raise breaks

    if breaks is KeyboardInterrupt:
        with pytest.raises(KeyboardInterrupt):
            half()
    else:
        with pytest.raises(UsageError, match="can't be written: No space left on device"):
            half()
    assert path.read_text() == "whole"
    assert list(tmp_path.iterdir()) == [path]


HOLD = """
import sys, time
from pathlib import Path
from nndoctor.outputs import claimed, written
with claimed(Path(sys.argv[1])), written(Path(sys.argv[1])) as file:
    file.write(b"half")
    file.flush()
    print("held", flush=True)
    time.sleep(60)
"""


@posix
def test_a_second_run_is_refused_while_the_first_lives(tmp_path):
    path = tmp_path / "out[1].txt"  # no pattern for whoever clears up
    with subprocess.Popen([sys.executable, "-c", HOLD, path], stdout=subprocess.PIPE) as first:
        assert first.stdout.readline() == b"held\n"
        for force in (False, True):
            began = time.monotonic()
            assert refusal(path, force=force)[0] == f"{path} is being written by another run"
            assert time.monotonic() - began < 5
        with claimed(tmp_path / "another.txt"):
            pass
        first.send_signal(signal.SIGKILL)
        first.wait()
    assert not path.exists()
    with claimed(path):  # neither its lock nor its half of a file outlives it
        write_text(path, "x")
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_of_a_killed_run_is_empty_and_loses_its_halves(tmp_path):
    folder = tmp_path / "plots"
    folder.mkdir()
    half, owned = folder / ".a.svg.0123abcd.part", folder / ".b.npz.0123abcd.part"
    for path in (half, owned, folder / ".b.npz.lock"):
        path.write_bytes(b"half")
    assert not holds_files(folder)
    with claimed_folder(folder):
        assert not half.exists()
        assert owned.exists()  # its run may live
    (folder / ".mine").touch()
    assert holds_files(folder)
    with pytest.raises(UsageError, match="holds files already"), claimed_folder(folder):
        raise AssertionError("it was not refused")


def test_lines_go_on_behind_the_last_whole_one(tmp_path):
    path = tmp_path / "lines.jsonl"
    for start, kept in ((b"", ""), (b"ha", ""), (b"one\n", "one\n"), (b"one\nha", "one\n")):
        path.write_bytes(start)
        with growing(path, go_on=True) as write:
            write("ünd")
        assert path.read_text(encoding="utf-8") == f"{kept}ünd\n"


FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="needs /dev/full")
def test_a_line_that_finds_no_room_is_said():
    refused = pytest.raises(UsageError, match="can't be written: No space left")
    with refused, growing(FULL) as write:
        write("x")


TAKE = """
import os, sys
from pathlib import Path
from nndoctor.errors import UsageError
from nndoctor.outputs import claimed
path, witness, taken = Path(sys.argv[1]), Path(sys.argv[2]), 0
while taken < 100:
    try:
        with claimed(path):
            witness.open("x").close()  # fails where another one is in here
            witness.unlink()
            taken += 1
    except UsageError:
        pass
"""


@posix
def test_many_at_once_are_never_two(tmp_path):
    """Removing a lock while others come to take it is where such locks fail."""
    (tmp_path / "outputs").mkdir()
    command = [sys.executable, "-c", TAKE, tmp_path / "outputs" / "x", tmp_path / "witness"]
    runs = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(3)]
    assert [run.communicate(timeout=60)[1] for run in runs] == [b""] * 3
    assert list((tmp_path / "outputs").iterdir()) == []
