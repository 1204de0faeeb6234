"""Runs spread over a real scheduler and two workers on loopback."""

import os
import signal
import socket
import threading
import time
from contextlib import ExitStack

import numpy as np
import pytest

import nndoctor
from nndoctor.api import load_setup
from nndoctor.errors import NNDoctorError
from nndoctor.running import cluster, spread
from nndoctor.running.versions import versions
from nndoctor.watch import Interrupted, Watch

from . import crews

pytest.importorskip("distributed")
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]  # Dask's own warnings

RECIPE = """
[data]
generator = "moons"
n = 200
validation = 0.3
[model]
hidden = [4]
[training]
epochs = 3
"""


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """The address of a scheduler with two workers."""
    folder = tmp_path_factory.mktemp("dask")
    address, scheduler = crews.scheduler(folder)
    with ExitStack() as stack:
        stack.enter_context(scheduler)
        for name in ("one", "two"):
            stack.enter_context(crews.worker(address, folder, name))
        yield address


@pytest.fixture
def setup(tmp_path):
    path = tmp_path / "moons.toml"
    path.write_text(RECIPE)
    return load_setup(path)


@pytest.mark.parametrize("command", ["lr_sweep", "bias_variance", "capacity"])
def test_the_bits_are_those_of_threads(two, setup, command):
    given = {"lr_sweep": {"updates": 5, "count": 3}, "capacity": {"epochs": 2}}.get(command, {})
    here = getattr(nndoctor, command)(setup, jobs=1, **given)
    with cluster(two):
        there = getattr(nndoctor, command)(setup, jobs=1, **given)
    assert there.to_json() == here.to_json()


def test_a_result_that_cannot_be_sent_is_an_error(two):
    with cluster(two), pytest.raises(TypeError, match="pickle"):
        spread(lambda item, own: threading.Lock(), [1, 2], 1, Watch())


def test_the_laboratory_of_a_diagnosis_has_the_same_bits(two, setup):
    here = nndoctor.treat(setup, "learning_rate_too_low")
    with cluster(two):
        there = nndoctor.treat(setup, "learning_rate_too_low")
    assert there.to_json() == here.to_json()


def test_a_search_tries_confirms_and_keeps_the_same_trials(two, setup, tmp_path):
    given, kept = {"trials": 5, "stages": 1}, tmp_path / "s.journal"
    here = nndoctor.search(setup, **given).fields["search"]
    with cluster(two):
        there = nndoctor.search(setup, study=kept, **given).fields["search"]
    assert repr(there) == repr(here)
    resumed = nndoctor.search(setup, study=kept, resume=True, **given).fields["search"]
    assert repr(resumed) == repr(here)


def test_a_comparison_has_the_same_scores(two, setup):
    given = {"vary": ["model.activation=relu,tanh"], "seeds": 2}
    here = nndoctor.compare(setup, **given).evidence
    with cluster(two):
        there = nndoctor.compare(setup, **given).evidence
    timed = [at for at, piece in enumerate(here) if piece.name.startswith("cost")]
    assert len(timed) == 1
    assert [repr(one) for at, one in enumerate(there) if at not in timed] == [
        repr(one) for at, one in enumerate(here) if at not in timed
    ]


def test_an_array_is_sent_once_and_work_comes_in_processes_of_its_own(two):
    data = np.arange(10_000.0)
    with cluster(two):
        first = spread(lambda _, own: (os.getpid(), id(data)), range(20), 1, Watch())
        again = spread(lambda _, own: (os.getpid(), id(data)), range(20), 1, Watch())
        sums = spread(lambda item, own: float(data[item:].sum()), range(3), 1, Watch())
    assert os.getpid() not in {pid for pid, _ in first}
    assert set(again) <= set(first) or len({pid for pid, _ in first}) < 2
    assert sums == [float(data[item:].sum()) for item in range(3)]


def test_an_error_of_a_run_arrives_and_the_next_runs_go_on(two):
    def work(item, own):
        if item == 3:
            raise Interrupted
        return item

    with cluster(two):
        with pytest.raises(Interrupted):
            spread(work, range(6), 1, Watch())
        assert spread(lambda item, own: item, range(6), 1, Watch()) == list(range(6))


def test_workers_hear_that_the_user_breaks_off(two):
    class Soon(Watch):
        def __init__(self):
            self.started = time.monotonic()

        def cancelled(self):
            return time.monotonic() > self.started + 0.5

    def work(item, own):
        for _ in range(2000):
            if own.cancelled():
                return "stopped"
            time.sleep(0.01)
        return "done"

    with cluster(two):
        assert spread(work, range(30), 1, Soon()) == ["stopped"] * 30


def test_other_versions_are_refused_with_both(two, monkeypatch):
    own = versions()
    monkeypatch.setattr("nndoctor.running.dask_crew.versions", lambda: own | {"numba": "0.1"})
    with (
        pytest.raises(NNDoctorError, match=rf"numba {own['numba']}, not 0\.1 as here"),
        cluster(two),
    ):
        pass


def test_nobody_answers(monkeypatch):
    monkeypatch.setattr("nndoctor.running.dask_crew.PATIENCE", 0.5)
    address = f"tcp://127.0.0.1:{crews.free_port()}"
    words = f"no Dask scheduler answers at {address}"
    with pytest.raises(NNDoctorError, match=words), cluster(address):
        pass


def test_no_run_is_lost_or_counted_twice_when_a_worker_is_killed(tmp_path):
    def work(item, own):
        time.sleep(0.05)
        return item, os.getpid(), float(data.sum())

    address, scheduler = crews.scheduler(tmp_path)
    data, steps = np.ones(5000), []

    class Counting(Watch):
        def advance(self, done, doing="", /, **numbers):
            steps.append(done)

    workers = [crews.worker(address, tmp_path, name) for name in ("a", "b")]
    with scheduler, workers[0] as one, workers[1]:

        def kill():
            crews.wait_until(lambda: len(steps) >= 15)
            os.kill(one.pid, signal.SIGKILL)

        killer = threading.Thread(target=kill)
        with cluster(address):
            killer.start()
            found = spread(work, range(80), 1, Counting())
            killer.join()
    assert [item for item, _, _ in found] == list(range(80))
    assert len({pid for _, pid, _ in found}) == 2
    assert {total for _, _, total in found} == {5000.0}
    assert steps[-1] == 80


@pytest.mark.parametrize("banner", [b"SSH-2.0-OpenSSH_9.6\r\n" * 20, b""])
def test_another_program_is_no_scheduler(monkeypatch, banner):
    monkeypatch.setattr("nndoctor.running.dask_crew.PATIENCE", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as other:
        address = f"tcp://127.0.0.1:{other.getsockname()[1]}"

        def speak():
            talk, _ = other.accept()
            with talk:
                talk.sendall(banner)
                time.sleep(1.0 if not banner else 0.1)

        threading.Thread(target=speak, daemon=True).start()
        words = "is no Dask scheduler" if banner else "no Dask scheduler answers"
        with pytest.raises(NNDoctorError, match=words), cluster(address):
            pass


def test_a_worker_is_no_scheduler(two):
    from distributed import Client

    with Client(two, set_as_default=False) as client:
        (worker, *_) = client.scheduler_info()["workers"]
    with pytest.raises(NNDoctorError, match="it is a Dask worker"), cluster(worker):
        pass
