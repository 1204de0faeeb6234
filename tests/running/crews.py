"""Crews to test with: one that packs and unpacks, and a Dask scheduler with workers on loopback."""

import os
import pickle
import socket
import subprocess
import sys
import time
from concurrent.futures import Future
from contextlib import contextmanager

from nndoctor.running.parcel import pack, unpack


class Packing:
    """Does runs at once, in this process, but all they know of each other is what was packed.

    `items` are the bytes of what was sent for each run.
    """

    def __init__(self):
        self.items = []

    @contextmanager
    def busy(self, work, watch):
        parcel = pack(work, "")
        arrays = {name: pickle.loads(text) for name, text in parcel.arrays.items()}
        there = unpack(parcel.work, arrays, watch)

        def submit(item, own):
            future = Future()
            self.items.append(pickle.dumps(item))
            result = there(pickle.loads(self.items[-1]), watch)
            future.set_result(pickle.loads(pickle.dumps(result)))
            return future

        yield submit


@contextmanager
def started(*arguments, log, ready):
    """One of Dask's processes, ended in any case."""
    command = [sys.executable, "-m", "dask", *arguments, "--no-dashboard"]
    environment = os.environ | {"PYTHONWARNINGS": "ignore"}
    with log.open("w") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, env=environment)
        try:
            wait_until(lambda: ready in log.read_text())
            yield process
        finally:
            process.kill()
            process.wait()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def scheduler(folder):
    """Its process and address."""
    port = free_port()
    given = ("scheduler", "--host", "127.0.0.1", "--port", str(port))
    return f"tcp://127.0.0.1:{port}", started(
        *given, log=folder / "scheduler.log", ready="Scheduler at"
    )


def worker(address, folder, name):
    """One process that does one run at a time, and is not brought back when it is killed."""
    given = ("worker", address, "--nthreads", "1", "--host", "127.0.0.1", "--no-nanny")
    given += ("--death-timeout", "30")  # without a scheduler it ends by itself
    own = folder / name
    own.mkdir()
    given += ("--local-directory", str(own), "--name", name)
    return started(*given, log=folder / f"{name}.log", ready="Registered to")


def wait_until(answers, seconds=60.0):
    until = time.monotonic() + seconds
    while not answers():
        assert time.monotonic() < until
        time.sleep(0.05)
