"""The same seed under everything that must not change a bit, and under what may: other processors.

    python benchmarks/determinism.py
    python benchmarks/determinism.py --only '*BLAS*'

Each row is a process in which commands run one after the other. Their results for machines, without
times, and the arrays of the networks that they save are compared with those of the first row.
"""

import argparse
import fnmatch
import json
import math
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
SEARCH = ("--trials", "8", "--stages", "2", "--set", "training.epochs=5")
COMMANDS = {
    "train": ("train", "recipes/spiral.toml", "--save", "{out}/net.npz"),
    "train digits": ("train", "recipes/digits.toml", "--save", "{out}/digits.npz"),
    "lr-sweep": ("lr-sweep", "recipes/digits.toml", "--count", "6", "--updates", "100"),
    "checkup": ("checkup", "recipes/sick/rate-far-too-high.toml", "--budget", "600"),
    "search": ("search", "recipes/spiral.toml", "--study", "{out}/s.journal", *SEARCH),
    "bias-variance": ("bias-variance", "recipes/spiral.toml", "--epochs", "20"),
}
NETWORKS = {"train": "net.npz", "train digits": "digits.npz"}
INDEX = re.compile(r"(\.(?:rows|x|y|low|high|scores|trials|lines|values|heights?))\[\d+\]")
TIMES = {"seconds", "environment"}  # of a result, where they stand by themselves

# Commands in one process, each with its document on stdout, which goes into a file of its own.
CHILD = """
import contextlib, json, sys
from nndoctor.__main__ import main
out, jobs, commands = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
for name, words in commands.items():
    sys.argv = ["nndoctor", *words, "-j", jobs, "--format", "json", "--no-progress"]
    with open(f"{out}/{name}.json", "w") as file, contextlib.redirect_stdout(file):
        try:
            main()
        except SystemExit as ended:
            if ended.code not in (None, 0, 1, 4):
                raise
"""


class Way(NamedTuple):
    """One way to run the same: jobs, variables of the environment, a cache of its own or none."""

    name: str
    jobs: int = 1
    environment: Mapping[str, str] = MappingProxyType({})
    cache: str = ""


def _pools(threads: int) -> dict[str, str]:
    return {f"{pool}_NUM_THREADS": str(threads) for pool in ("OPENBLAS", "OMP", "NUMBA", "MKL")}


def _code(cpu: str) -> dict[str, str]:
    """Machine code for another processor; what is shipped is compiled for x86-64-v3 in this way."""
    return {"NUMBA_CPU_NAME": cpu, "NUMBA_CPU_FEATURES": ""}


OLD_NUMPY = {"NPY_DISABLE_CPU_FEATURES": "X86_V3"}
V3 = "x86-64-v3"
SAME = (
    Way("--jobs 1"),
    Way("the same again"),
    Way("--jobs 2", 2),
    Way("--jobs 4", 4),
    Way("pools of 1 thread", 1, _pools(1)),
    Way("pools of 2 threads", 1, _pools(2)),
    Way("pools of 2 threads, --jobs 2", 2, _pools(2)),
    Way("PYTHONHASHSEED=0", 1, {"PYTHONHASHSEED": "0"}),
    Way("PYTHONHASHSEED=1", 1, {"PYTHONHASHSEED": "1"}),
    Way("an empty cache, compiled in this process", cache="here"),
    Way("the same cache, loaded", cache="here"),
)
OTHERS = (
    Way("code as shipped, for x86-64-v3", 1, _code(V3), "v3"),
    Way("code for x86-64 of 2003", 1, _code("x86-64"), "old"),
    Way("BLAS for Nehalem", 1, {"OPENBLAS_CORETYPE": "Nehalem"}),
    Way("BLAS for Sandy Bridge", 1, {"OPENBLAS_CORETYPE": "Sandybridge"}),
    Way("BLAS for Prescott", 1, {"OPENBLAS_CORETYPE": "Prescott"}),
    Way("NumPy without AVX2", 1, OLD_NUMPY),
    Way(
        "all three of the oldest",
        1,
        {"OPENBLAS_CORETYPE": "Prescott"} | OLD_NUMPY | _code("x86-64"),
        "old",
    ),
)


def results(way: Way, folder: Path, commands: dict[str, tuple[str, ...]]) -> dict[str, Any]:
    """The documents of a row by command, and the arrays of networks that it saved."""
    out = folder / "out"  # the same name for all, as it is part of the results
    for one in out.iterdir() if out.is_dir() else ():
        one.unlink()
    out.mkdir(exist_ok=True)
    words = {name: [word.format(out=out) for word in given] for name, given in commands.items()}
    cache = {"NUMBA_CACHE_DIR": str(folder / way.cache)} if way.cache else {}
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONHASHSEED"}
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(out), str(way.jobs), json.dumps(words)],
        cwd=ROOT,
        env=kept | {"PYTHONPATH": str(ROOT), **way.environment} | cache,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"{way.name}: {done.stderr[-2000:]}")
    found: dict[str, Any] = {}
    for name in commands:
        found[name] = json.loads((out / f"{name}.json").read_text(encoding="utf-8"))
        if name in NETWORKS:
            with np.load(out / NETWORKS[name]) as saved:
                found[f"{name}: weights"] = {
                    key: saved[key] for key in saved.files if key.startswith("network.")
                }
    return found


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """All that a document says but times, by where it stands."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key not in TIMES:
                yield from leaves(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from leaves(inner, f"{path}[{number}]")
    else:
        yield path, value


class Difference(NamedTuple):
    """Of two results: the largest of their numbers, relative; what else differs; their verdicts."""

    numbers: float
    words: int = 0
    verdicts: tuple[str, str] = ("", "")

    def __str__(self) -> str:
        if self == Difference(0.0):
            return "="
        words = f", {self.words} words" * (self.words > 0)
        other = f", {self.verdicts[0]} / {self.verdicts[1]}" * (
            self.verdicts[0] != self.verdicts[1]
        )
        return f"{self.numbers:.0e}{words}{other}"


def difference(one: Any, other: Any) -> Difference:
    """Of documents, or of arrays by name; numbers beside the largest of their series or column."""
    if "verdict" not in one:
        off = max(_off(one[name].ravel(), other[name].ravel()) for name in one)
        return Difference(off)
    mine, others = dict(leaves(one)), dict(leaves(other))
    numbers: dict[str, list[tuple[float, float]]] = {}
    words = len(mine.keys() ^ others.keys())
    for path in mine.keys() & others.keys():
        pair = mine[path], others[path]
        if all(isinstance(value, int | float) and not isinstance(value, bool) for value in pair):
            numbers.setdefault(INDEX.sub(r"\1[]", path), []).append(pair)
        else:
            words += pair[0] != pair[1]
    off = max((_off(*np.array(pairs, float).T) for pairs in numbers.values()), default=0.0)
    verdicts = (one["verdict"], other["verdict"])
    return Difference(off, words, verdicts if len({*verdicts}) > 1 else ("", ""))


def _off(one: Any, other: Any) -> float:
    if one.shape != other.shape:
        return math.inf
    if np.array_equal(one, other, equal_nan=one.dtype.kind == "f"):
        return 0.0
    one, other = one.astype(float), other.astype(float)
    apart = np.abs(one - other).max() / np.abs(one).max()
    return float(apart) if apart == apart else math.inf


def shown(rows: dict[str, dict[str, Difference]]) -> str:
    """Ways by results, as a table."""
    columns = list(next(iter(rows.values())))
    lines = [f"| | {' | '.join(columns)} |", "|---|" + "---|" * len(columns)]
    lines += [
        f"| {name} | {' | '.join(str(row[c]) for c in columns)} |" for name, row in rows.items()
    ]
    return "\n".join(lines)


def main() -> int:
    """Runs every way; 1 where a bit differs that must not."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split(":")[0])
    parser.add_argument(
        "--only", default="*", help="rows by name, as *BLAS*; the first comes anyway"
    )
    parser.add_argument("--commands", nargs="*", default=[*COMMANDS], help="some of them")
    asked = parser.parse_args()
    commands = {name: COMMANDS[name] for name in asked.commands}
    wrong = False
    for title, ways in (("must be equal", SAME), ("may differ", OTHERS)):
        rows: dict[str, dict[str, Difference]] = {}
        with tempfile.TemporaryDirectory() as made:
            folder = Path(made)
            first = results(SAME[0], folder, commands)
            for way in ways:
                if way == SAME[0] or not fnmatch.fnmatch(way.name, asked.only):
                    continue
                began = time.monotonic()
                found = results(way, folder, commands)
                rows[way.name] = {name: difference(first[name], found[name]) for name in first}
                seconds = time.monotonic() - began
                told = {name: str(one) for name, one in rows[way.name].items()}
                print(f"{way.name}: {told}, {seconds:.0f} s", file=sys.stderr, flush=True)
        if rows:
            print(f"\n{title}, numbers beside those of {SAME[0].name}\n\n{shown(rows)}", flush=True)
        equal = all(one == Difference(0.0) for row in rows.values() for one in row.values())
        wrong |= ways is SAME and not equal
    return int(wrong)


if __name__ == "__main__":
    sys.exit(main())
