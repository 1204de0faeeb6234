"""The lock under which one process compiles."""

import subprocess
import sys
import time

import pytest

from nndoctor.engine.machine_code.turn import Turn

HOLD = """
import sys, time
from pathlib import Path
from nndoctor.engine.machine_code.turn import Turn
with Turn(60).taken(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


@pytest.fixture
def holder(tmp_path):
    """Starts a process that holds the lock for some seconds."""
    started = []

    def hold(seconds):
        process = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(tmp_path / "lock"), str(seconds)],
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout.readline() == "held\n"
        return process

    yield hold
    for process in started:
        process.kill()
        process.communicate()


def _waited(turn, path):
    begun = time.monotonic()
    with turn.taken(path):
        return time.monotonic() - begun


def test_a_free_lock_is_taken_at_once_and_inside_itself_too(tmp_path):
    turn = Turn(60)
    with turn.taken(tmp_path / "lock"):
        assert _waited(turn, tmp_path / "lock") < 1
    assert _waited(turn, tmp_path / "lock") < 1


def test_another_waits_until_it_is_free(tmp_path, holder):
    holder(1.0)
    assert 0.3 < _waited(Turn(60), tmp_path / "lock") < 30


def test_a_dead_owner_is_not_waited_for(tmp_path, holder):
    owner = holder(600)
    owner.kill()
    owner.wait()
    assert _waited(Turn(60), tmp_path / "lock") < 1


def test_an_owner_that_never_lets_go_is_waited_for_once(tmp_path, holder):
    holder(600)
    turn = Turn(0.5)
    assert 0.4 < _waited(turn, tmp_path / "lock") < 30
    assert _waited(turn, tmp_path / "lock") < 0.3


def test_an_error_inside_frees_it(tmp_path):
    with pytest.raises(KeyError), Turn(60).taken(tmp_path / "lock"):
        raise KeyError
    assert _waited(Turn(60), tmp_path / "lock") < 1


def test_without_a_folder_for_the_lock_work_goes_on(tmp_path):
    assert _waited(Turn(60), tmp_path / "missing/lock") < 1
