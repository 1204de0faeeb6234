"""Signals at any moment, and standard streams that are closed, full or left by their reader."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from nndoctor.training import Ending, load_checkpoint

from .conftest import SPIRAL
from .test_cli_terminals import NNDOCTOR, posix, start

pytestmark = [posix, pytest.mark.slow]  # a process of its own for each
FULL = Path("/dev/full")

SHORT = {
    "help": (("checkup", "--help"), 0),
    "schema": (("schema",), 0),
    "explain": (("explain", "ND301"), 0),
    "failing": (("report", "result.json"), 1),
    "input": (("report", "none.json"), 2),
}
STREAMS = {
    "no stdout": ">&-",
    "no stderr": "2>&-",
    "nothing at all": "<&- >&- 2>&-",
    "full stderr": "2>/dev/full",
    "nobody reads": "2>&1 | true",
}
full = pytest.mark.skipif(not FULL.exists(), reason="needs /dev/full")


def shell(arguments, redirection, where=None):
    """The exit code of the command itself, and what came out."""
    script = f'set -o pipefail; "$@" {redirection}'
    command = ["bash", "-c", script, "bash", *NNDOCTOR, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", cwd=where)


@full
@pytest.mark.parametrize("kind", SHORT)
@pytest.mark.parametrize("redirection", STREAMS.values(), ids=STREAMS)
def test_a_stream_that_takes_nothing_changes_no_exit_code(kept, kind, redirection):
    arguments, code = SHORT[kind]
    quiet(shell(arguments, redirection, kept.parent), code)


@full
def test_nor_does_it_while_something_runs():
    """Its progress finds stderr full."""
    failing = ("activations", "report", SPIRAL, "--set", "model.init=zeros", "-v")
    quiet(shell(failing, "2>/dev/full"), 1)


def quiet(done, code):
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


@full
@pytest.mark.parametrize("kind", SHORT)
def test_a_result_that_is_lost_is_said(kept, kind):
    arguments, _ = SHORT[kind]
    done = shell(arguments, ">/dev/full", kept.parent)
    assert done.returncode == 2
    lost = "error: the result can't be written: No space left on device\n"
    assert done.stderr.endswith(lost) == (kind != "input")
    done = shell(arguments, ">/dev/full 2>&1", kept.parent)
    assert (done.returncode, done.stderr) == (2, "")


def test_a_file_gets_no_number_of_a_stream(tmp_path):
    """A file that is opened first after stdout was closed would be written into by prints."""
    path = tmp_path / "net.npz"
    few = ("--set", "training.epochs=2")
    done = shell(("train", SPIRAL, *few, "--save", path, "-v"), "<&- >&- 2>&-")
    assert done.returncode == 0
    assert load_checkpoint(path).ending is Ending.COMPLETED


def test_a_reader_that_lets_nobody_wait(tmp_path):
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    process = subprocess.Popen([*NNDOCTOR, "schema"], stdout=writing)
    os.close(writing)
    time.sleep(1.5)  # by now the pipe is full
    with open(reading, encoding="utf-8") as file:
        assert json.load(file)["properties"]
    assert process.wait(60) == 0


def until_training(process):
    for line in process.stderr:
        if line.startswith("training"):
            return
    raise AssertionError("it never trained")


def test_told_to_stop_it_saves_what_it_has_where_nobody_else_writes(run, tmp_path):
    """Ctrl-C: test_cli_train.py."""
    path = tmp_path / "net.npz"
    endless = ("train", SPIRAL, "--set", "training.epochs=10000000", "--save", path)
    process = start(*endless, "-v", "--format", "json")
    until_training(process)
    second = run(*endless)
    assert (second.code, second.out) == (2, "")
    assert f"{path} is being written by another run" in second.err
    assert "hint: " in second.err
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=60)
    told = json.loads(out)
    assert (process.returncode, told["exit_code"], told["interrupted"]) == (130, 130, True)
    assert f"wrote {path}\n" in err
    assert load_checkpoint(path).ending is Ending.INTERRUPTED
    assert list(tmp_path.iterdir()) == [path]


def test_told_twice_it_goes_at_once_and_leaves_no_half(tmp_path):
    path = tmp_path / "net.npz"
    endless = ("--set", "training.epochs=10000000")
    process = start("train", SPIRAL, *endless, "--save", path, "-v")
    until_training(process)
    for _ in range(2):
        process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) in ([], [path])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_at_any_moment_it_is_quiet(number, tmp_path):
    """From when our first line has run, which this one announces, until long after the imports."""
    script = (
        "from nndoctor.cli.stopping import quit_quietly\nquit_quietly()\nprint(flush=True)\n"
        "from nndoctor.__main__ import main\nmain()"
    )
    wait = random.Random(int(number))
    for _ in range(6):
        arguments = ("checkup", SPIRAL, "--write", tmp_path / "x.toml", "--budget", "600")
        process = subprocess.Popen(
            [sys.executable, "-c", script, *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        process.stdout.readline()
        time.sleep(wait.uniform(0, 1.5))
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
        assert process.returncode == 130
        assert "Traceback" not in err
        assert "Exception ignored" not in err
    assert [one for one in tmp_path.iterdir() if one.name.startswith(".")] == []
