"""Whole commands: start-up, the first run ever, threads and memory of a sweep.

Run: python benchmarks/commands.py. `README.md` beside this file says what the columns mean.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median

from results import Goal, judged, machine, options, publish, spread, table, verdict
from timing import Samples, alternate, timed

ROOT = Path(__file__).resolve().parent.parent
DIGITS = "recipes/digits.toml"
PYTHON = (sys.executable,)
NNDOCTOR = (sys.executable, "-m", "nndoctor")

RATES, LOW, HIGH = 12, 1e-5, 1.0
UPDATES = 30_000  # at each rate: so many that training takes ten times as long as starting up
SWEEP = ("lr-sweep", "-q", "--low", str(LOW), "--high", str(HIGH), "--count", str(RATES))

ROWS, INPUTS = 100_000, 400
COPY = ROWS * INPUTS * 0.8 * 4 / 2**20  # MiB of the rows to train on; a fifth is held out
LARGE = f"""
[data]
generator = "blobs"
n = {ROWS}
d = {INPUTS}

[model]
hidden = [8]
"""


GOALS = (
    Goal("`nndoctor --help` / `python -c pass`", "help", "python", 16),
    Goal("warm `check-loss` / importing numba, SciPy, pandas", "check-loss", "imports", 2.5),
    Goal("`lr-sweep` with 12 rates, 1 / 2 jobs", "command 1", "command 2", 1.8, at_least=True),
    Goal("`api.lr_sweep` with 12 rates, 1 / 2 jobs", "call 1", "call 2", 1.8, at_least=True),
)
FIRST_RUN = 15.0  # seconds


def run(*arguments: str, cache: str | None = None) -> None:
    """Runs a program to its end; `cache` replaces the folders where machine code is kept."""
    changed = {"NUMBA_CACHE_DIR": cache, "XDG_CACHE_HOME": cache} if cache else {}
    child = subprocess.run(
        arguments, cwd=ROOT, env=os.environ | changed, capture_output=True, text=True
    )
    if child.returncode not in (0, 1, 4):  # 1 and 4 are verdicts of nndoctor
        raise RuntimeError(f"{' '.join(arguments[1:])}: {child.stderr}")


def program(*arguments: str) -> Callable[[], float]:
    """A side of a comparison: seconds of one whole process."""
    return lambda: timed(run, *arguments)


def peak(*arguments: str) -> float:
    """The largest resident memory of one process, in MiB.

    Linux counts what the parent had when it started the child, so this comes before all imports.
    """
    child = subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 1, 4):
        raise RuntimeError(f"{' '.join(arguments[1:])} exits with {child.returncode}")
    return usage.ru_maxrss / 2 ** (20 if sys.platform == "darwin" else 10)


def memory(rounds: int) -> str:
    """A sweep with all rates at once against one training run, on the same large data."""
    with tempfile.TemporaryDirectory() as folder:
        recipe = Path(folder) / "large.toml"
        recipe.write_text(LARGE, encoding="utf-8")
        sweep = (*NNDOCTOR, *SWEEP, "--updates", "300", "--jobs", str(RATES), str(recipe))
        single = (*NNDOCTOR, "activations", "report", "-q", "--after", "300", str(recipe))
        seen = alternate({"sweep": lambda: peak(*sweep), "one": lambda: peak(*single)}, rounds)
    copies = (median(seen["sweep"]) - median(seen["one"])) / COPY
    return (
        f"Peak memory with {COPY:.0f} MiB to train on: {RATES} rates at the same time "
        f"{spread(seen['sweep'], 'MiB')}, one run {spread(seen['one'], 'MiB')}; the difference is "
        f"{copies:.2f} copies of the data (goal: below 1: {verdict(copies < 1)})."
    )


def first_run(rounds: int) -> str:
    """`check-loss` where no machine code has been kept yet."""
    seconds = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as empty:
            seconds.append(
                timed(lambda cache: run(*NNDOCTOR, "check-loss", DIGITS, cache=cache), empty)
            )
    goal = judged(seconds, FIRST_RUN, "s")
    return f"First run ever of `check-loss`: {spread(seconds)} (goal: {goal})."


def start_up(rounds: int) -> Samples:
    """Processes that do little, after one of each has filled the caches."""
    sides = {
        "help": program(*NNDOCTOR, "--help"),
        "python": program(*PYTHON, "-c", "pass"),
        "check-loss": program(*NNDOCTOR, "check-loss", DIGITS, "-q"),
        "imports": program(*PYTHON, "-c", "import numba, scipy.linalg, pandas"),
    }
    alternate(sides, 1)
    return alternate(sides, rounds)


def two_jobs(rounds: int) -> Samples:
    """The same sweep with one and with two jobs: as a command, and as a call in this process."""
    from nndoctor import api

    setup = api.load_setup(ROOT / DIGITS)

    def call(jobs: int, updates: int = UPDATES) -> Callable[[], float]:
        return lambda: timed(
            lambda: api.lr_sweep(setup, jobs=jobs, low=LOW, high=HIGH, count=RATES, updates=updates)
        )

    def command(jobs: int) -> Callable[[], float]:
        return program(*NNDOCTOR, *SWEEP, "--updates", str(UPDATES), "--jobs", str(jobs), DIGITS)

    call(2, updates=100)()  # loads the machine code
    sides = {f"command {jobs}": command(jobs) for jobs in (1, 2)}
    return alternate(sides | {f"call {jobs}": call(jobs) for jobs in (1, 2)}, rounds)


def report(rounds: int) -> str:
    """Measures everything, memory first."""
    few = max(rounds // 3, 1)  # for what takes long
    about, used = machine(), memory(few)
    samples = {**start_up(rounds), **two_jobs(few)}
    return "\n\n".join(
        (
            "## Whole commands",
            f"{about}. {rounds} rounds, {few} of those that take long; median (lowest-highest).",
            table(("what", "first", "second", "ratio", "goal"), [g.row(samples) for g in GOALS]),
            first_run(few),
            used,
        )
    )


def main() -> None:
    """The command line."""
    given = options(__doc__, rounds=15).parse_args()
    publish("commands", report(given.rounds), given.write)


if __name__ == "__main__":
    main()
