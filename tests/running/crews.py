"""A Dask scheduler and two workers of our own, on loopback alone."""

import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager


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
