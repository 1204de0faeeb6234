"""What a run costs through a Dask cluster beside its training: python benchmarks/cluster.py.

Runs that do nothing, or sleep, over a scheduler and two worker processes of this machine: on the
clock, and in processor time of each process, which other work on the machine changes little. The
scheduler's share is what saturates first, since there is one for all workers.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from statistics import median

import psutil
from results import judged, machine, options, publish, spread, table

from nndoctor.running import cluster
from nndoctor.running import spread as spread_runs
from nndoctor.watch import Watch

HOST, PORT = "127.0.0.1", "18899"
ADDRESS = f"tcp://{HOST}:{PORT}"
LIMIT = 20.0  # ms a run, through Dask
PROCESSES = 2
WORKERS = 1000  # of the estimate
TRIALS = 10**6


@dataclass(frozen=True)
class Case:
    """So many runs that sleep so long, on workers of so many threads."""

    name: str
    runs: int
    sleep: float = 0.0
    threads: int = 1


CASES = (
    Case("600 that do nothing", 600),
    Case("3 that do nothing, as a diagnosis asks", 3),
    Case("600 that sleep 0.2 s on 80 threads", 600, 0.2, 40),
)
PARTS = ("clock", "client", "scheduler", "workers")


@contextmanager
def dask(*arguments: str) -> Iterator[psutil.Process]:
    """One of Dask's processes."""
    command = [sys.executable, "-m", "dask", *arguments, "--no-dashboard"]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=quiet, stderr=quiet) as process:
        try:
            yield psutil.Process(process.pid)
        finally:
            process.kill()


def busy(process: psutil.Process) -> float:
    """Processor seconds so far."""
    times = process.cpu_times()
    return float(times.user + times.system)


def measured(case: Case, rounds: int) -> dict[str, list[float]]:
    """Milliseconds a run, by part, once for each round."""

    def work(_: int, own: Watch) -> None:
        if case.sleep:
            time.sleep(case.sleep)

    with ExitStack() as stack:
        scheduler = stack.enter_context(dask("scheduler", "--host", HOST, "--port", PORT))
        given = (
            "worker",
            ADDRESS,
            "--nthreads",
            str(case.threads),
            "--no-nanny",
            "--death-timeout",
            "30",
        )
        workers = [stack.enter_context(dask(*given)) for _ in range(PROCESSES)]
        _wait_for(scheduler)
        with cluster(ADDRESS):
            spread_runs(work, range(PROCESSES), 1, Watch())
            found: dict[str, list[float]] = {part: [] for part in PARTS}
            for _ in range(rounds):
                before = _now(scheduler, workers)
                spread_runs(work, range(case.runs), 1, Watch())
                for part, then, now in zip(PARTS, before, _now(scheduler, workers), strict=True):
                    found[part].append(1e3 * (now - then) / case.runs)
    return found


def _wait_for(scheduler: psutil.Process) -> None:
    """Until it listens; `cluster` waits for the workers."""
    while not scheduler.net_connections():
        time.sleep(0.1)


def _now(scheduler: psutil.Process, workers: list[psutil.Process]) -> tuple[float, ...]:
    own = busy(psutil.Process())
    return time.perf_counter(), own, busy(scheduler), sum(map(busy, workers))


def report(rounds: int) -> str:
    """The table, and what it makes of a thousand workers."""
    found = {case.name: measured(case, rounds) for case in CASES}
    rows = [[name, *(spread(one[part], "") for part in PARTS)] for name, one in found.items()]
    first = found[CASES[0].name]
    whole = [sum(parts) for parts in zip(*(first[part] for part in PARTS[1:]), strict=True)]
    each = median(first["scheduler"]) / 1e3
    return "\n\n".join(
        (
            "## Through a Dask cluster",
            f"{machine()}. {rounds} rounds, median (lowest-highest); ms a run, on the clock and of "
            "processor time.",
            table(("runs", *PARTS), rows),
            f"Processor time of all together {spread(whole, '')} ms a run, goal "
            f"{judged(whole, LIMIT, 'ms')}. One scheduler hands out at most {1 / each:.0f} runs "
            f"a second: {WORKERS} workers are kept busy by runs of {WORKERS * each:.2g} s and "
            f"longer, and {TRIALS:,} runs take it {TRIALS * each / 3600:.2g} h at least.",
        )
    )


def main() -> None:
    """The command line."""
    given = options(__doc__, rounds=3).parse_args()
    publish("cluster", report(given.rounds), given.write)


if __name__ == "__main__":
    main()
