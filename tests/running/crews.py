"""A Dask scheduler and two workers of our own, on loopback alone."""

import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager


@contextmanager
def started(*arguments, log, port=0):
    """One of Dask's processes, ended in any case."""
    command = [sys.executable, "-m", "dask", *arguments, "--no-dashboard"]
    environment = os.environ | {"PYTHONWARNINGS": "ignore"}
    with log.open("w") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, env=environment)
        try:
            if port:
                wait_until(lambda: listening(port))
            yield process
        finally:
            process.kill()
            process.wait()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listening(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def scheduler(folder):
    """Its process and address."""
    port = free_port()
    given = ("scheduler", "--host", "127.0.0.1", "--port", str(port))
    return f"tcp://127.0.0.1:{port}", started(*given, log=folder / "scheduler.log", port=port)


def worker(address, folder, name):
    """One process that does one run at a time, and is not brought back when it is killed."""
    given = ("worker", address, "--nthreads", "1", "--host", "127.0.0.1", "--no-nanny")
    own = folder / name
    own.mkdir()
    return started(
        *given, "--local-directory", str(own), "--name", name, log=folder / f"{name}.log"
    )


def wait_until(answers, seconds=60.0):
    until = time.monotonic() + seconds
    while not answers():
        assert time.monotonic() < until
        time.sleep(0.05)
