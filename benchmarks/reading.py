"""`nndoctor data report` on large tables beside pandas, which only reads them."""

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from numpy.typing import NDArray

READ = "import sys, pandas; print(pandas.read_csv(sys.argv[1]).memory_usage().sum())"
MEGABYTE = 1 << 20


@dataclass(frozen=True)
class Cost:
    """Of one process: seconds on the clock and of the processor, and its peak memory in MB."""

    wall: float
    processor: float
    peak: float


def long(rows: int) -> pd.DataFrame:
    """Columns of mixed kinds and a target: numbers, texts of few and of many values, dates."""
    rng = np.random.default_rng(0)

    def drawn(words: Sequence[str]) -> NDArray[np.object_]:
        return np.array(words, object)[rng.integers(0, len(words), rows)]

    made: dict[str, object] = {}
    for i in range(23):
        values = np.round(rng.normal(size=rows) * 10.0 ** rng.integers(-1, 3), 4)
        values[rng.random(rows) < (0.05 if i % 5 == 0 else 0)] = np.nan
        made[f"number {i}"] = values
    for i, most in enumerate((5, 50, 1000, 100_000, 3, 20, 7, 10**6, 12, 300)):
        made[f"whole {i}"] = rng.integers(0, most, rows)
    for i, levels in enumerate((2, 3, 5, 8, 12, 4, 16, 6)):
        made[f"class {i}"] = drawn([f"level {k}" for k in range(levels)])
    for i, words in enumerate((500, 2000, 20_000, 200)):
        made[f"text {i}"] = drawn([f"word {k:x}" for k in range(words)])
    days = pd.date_range("2015-01-01", "2022-12-31").strftime("%Y-%m-%d").tolist()
    made |= {f"date {i}": drawn(days) for i in range(2)}
    made |= {"paid": rng.random(rows) < 0.3, "member": drawn(["yes", "no"])}
    score = np.asarray(made["number 1"]) > 0
    made["target"] = np.where(rng.random(rows) < 0.2, "unknown", np.where(score, "high", "low"))
    return pd.DataFrame(made)


def numbers(rows: int, columns: int) -> pd.DataFrame:
    """Normal numbers in columns c0, c1, ... and a target of two classes."""
    rng = np.random.default_rng(1)
    values = np.round(rng.normal(size=(rows, columns)), 4)
    return pd.DataFrame(values).add_prefix("c").assign(target=rng.integers(0, 2, rows))


TABLES: dict[str, Callable[[], pd.DataFrame]] = {
    "long, 1 000 000 x 50": lambda: long(1_000_000),
    "broad, 100 000 x 300": lambda: numbers(100_000, 300),
    "wide, 20 x 10 000": lambda: numbers(20, 10_000),
}


def cost(*arguments: str) -> Cost:
    """What a Python process with these arguments takes."""
    start = time.perf_counter()
    child = os.posix_spawn(
        sys.executable,
        [sys.executable, *arguments],
        os.environ,
        file_actions=[(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in (1, 2)],
    )
    _, status, used = os.wait4(child, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1):  # 1: a finding
        raise SystemExit(f"python {' '.join(arguments)} failed")
    wall = time.perf_counter() - start
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, kilobytes elsewhere
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * unit / MEGABYTE)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="", help="the table whose name begins so")
    given = parser.parse_args()
    with TemporaryDirectory() as folder:
        for name in TABLES:
            if name.startswith(given.only):
                _compare(name, Path(folder) / "table.csv", given.rounds)


def _written(name: str, path: Path) -> float:
    """Writes a table; answers how many MB it takes as a frame."""
    TABLES[name]().to_csv(path, index=False)
    return float(pd.read_csv(path).memory_usage().sum() / MEGABYTE)


def _compare(name: str, path: Path, rounds: int) -> None:
    # In a process of its own: the peak of a child counts what its parent has when it is started.
    with ProcessPoolExecutor(1) as pool:
        size = pool.submit(_written, name, path).result()
    report = ("-m", "nndoctor", "data", "report", str(path), "--target", "target", "-q")
    both = [(cost("-c", READ, str(path)), cost(*report)) for _ in range(rounds)]
    for what, pick in (("clock", lambda c: c.wall), ("processor", lambda c: c.processor)):
        theirs, ours = (median(pick(pair[k]) for pair in both) for k in (0, 1))
        ratio = median(pick(b) / pick(a) for a, b in both)
        print(f"{name}: {what}: pandas {theirs:.1f} s, report {ours:.1f} s, ratio {ratio:.1f}")
    peak = median(pair[1].peak for pair in both)
    print(f"{name}: peak {peak:.0f} MB, {peak / size:.1f} times the frame of {size:.0f} MB")


if __name__ == "__main__":
    main()
