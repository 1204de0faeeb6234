"""What a run costs through a Dask cluster beside its training: python benchmarks/cluster.py.

Runs that do nothing, over a scheduler and workers on this machine, so what is timed is what the
scheduler and the client do for each; then runs that only sleep on many simulated workers, threads of
few processes, which show where one scheduler saturates.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from statistics import median

from results import judged, machine, options, publish, spread, table

from nndoctor import cluster
from nndoctor.running import spread as spread_runs
from nndoctor.watch import Watch

ADDRESS = "tcp://127.0.0.1:18899"
LIMIT = 20.0  # ms a run, through Dask
RUNS = 500
SLEEP = 0.2  # seconds of a simulated run
WORKERS = (10, 40, 160, 640)  # simulated, in PROCESSES processes
PROCESSES = 2


@contextmanager
def dask(*arguments: str) -> Iterator[None]:
    """One of Dask's processes."""
    process = subprocess.Popen(
        [sys.executable, "-m", "dask", *arguments, "--no-dashboard"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.kill()
        process.wait()


@contextmanager
def crew(threads: int) -> Iterator[None]:
    """A scheduler, and processes of so many threads each; inside, runs are done by them."""
    host, port = ADDRESS.removeprefix("tcp://").split(":")
    with ExitStack() as stack:
        stack.enter_context(dask("scheduler", "--host", host, "--port", port))
        for _ in range(PROCESSES):
            given = ("worker", ADDRESS, "--nthreads", str(threads), "--no-nanny")
            stack.enter_context(dask(*given))
        time.sleep(5.0)  # until both are there
        with cluster(ADDRESS):
            yield


def seconds(runs: int, sleep: float) -> float:
    """On the clock, for so many runs that do nothing but sleep."""

    def work(_: int, own: Watch) -> int:
        if sleep:
            time.sleep(sleep)
        return 0

    started = time.perf_counter()
    spread_runs(work, range(runs), 1, Watch())
    return time.perf_counter() - started


def overhead(rounds: int) -> tuple[list[float], list[float]]:
    """Seconds a run for many at once, and for three, as a diagnosis asks for them."""
    with crew(1):
        seconds(RUNS, 0.0)
        many = [seconds(RUNS, 0.0) / RUNS for _ in range(rounds)]
        few = [seconds(3, 0.0) / 3 for _ in range(rounds)]
    return many, few


def saturation(rounds: int) -> list[list[str]]:
    """How many runs a second a scheduler hands out, beside what so many workers could do."""
    lines = []
    for workers in WORKERS:
        runs = max(5 * workers, 100)
        with crew(workers // PROCESSES):
            seconds(workers, 0.0)
            taken = [seconds(runs, SLEEP) for _ in range(rounds)]
        rates, ideal = [runs / one for one in taken], workers / SLEEP
        share = [100 * rate / ideal for rate in rates]
        lines.append([str(workers), f"{ideal:.0f}", spread(rates, ""), spread(share, "%")])
    return lines


def report(rounds: int) -> str:
    """Both tables."""
    many, few = overhead(rounds)
    goal = judged([1e3 * one for one in many], LIMIT, "ms")
    rows = [
        [f"{RUNS} at once", spread(many, "ms"), goal],
        ["3 at once, as a diagnosis asks", spread(few, "ms"), ""],
    ]
    heads = ("simulated workers", "runs a second they could do", "done", "share of that")
    return "\n\n".join(
        (
            "## Through a Dask cluster",
            f"{machine()}. {rounds} rounds, median (lowest-highest); scheduler, client and "
            f"{PROCESSES} worker processes share the machine.",
            table(("runs that do nothing", "a run", "goal"), rows),
            f"Runs that sleep {SLEEP:g} s; workers are threads of {PROCESSES} processes:",
            table(heads, saturation(rounds)),
            f"A million runs at {1e3 * median(many):.2g} ms each keep one scheduler busy for "
            f"{1e6 * median(many) / 3600:.2g} h.",
        )
    )


def main() -> None:
    """The command line."""
    given = options(__doc__, rounds=3).parse_args()
    publish("cluster", report(given.rounds), given.write)


if __name__ == "__main__":
    main()
