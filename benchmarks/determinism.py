"""The same seed under everything that must not change a bit, and under what may: other processors.

    python benchmarks/determinism.py
    python benchmarks/determinism.py --only '*BLAS*' --commands train lr-sweep

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
COMMANDS = {
    "train": ("train", "recipes/spiral.toml", "--save", "{out}/net.npz"),
    "train digits": (
        *("train", "recipes/digits.toml", "--set", "training.epochs=5"),
        *("--save", "{out}/digits.npz"),
    ),
    "train wide": (  # products so large that idle cores take part
        *("train", "recipes/digits.toml", "--set", "training.epochs=3"),
        *("--set", "model.hidden=[512, 512]", "--set", "training.batch_size=256"),
        *("--save", "{out}/wide.npz"),
    ),
    "lr-sweep": ("lr-sweep", "recipes/spiral.toml", "--count", "6", "--updates", "40"),
    "checkup": ("checkup", "recipes/sick/rate-far-too-high.toml", "--budget", "600"),
    "search": (
        *("search", "recipes/spiral.toml", "--set", "training.epochs=5", "--trials", "8"),
        *("--stages", "2", "--study", "{out}/s.journal"),
    ),
    "bias-variance": ("bias-variance", "recipes/spiral.toml", "--epochs", "10"),
}
NETWORKS = {"train": "net.npz", "train digits": "digits.npz", "train wide": "wide.npz"}
INDEX = re.compile(r"(\.(?:rows|x|y|low|high|scores|trials|lines|values|heights?))\[\d+\]")
TIMES = {"seconds", "environment"}  # keys of a result and columns of its tables

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
    """One way to run the same: jobs, variables of the environment, a cache of its own or none.

    `beside`: what it is compared with; `equal`: whether no bit may differ from that.
    """

    name: str
    jobs: int = 1
    environment: Mapping[str, str] = MappingProxyType({})
    cache: str = ""
    beside: str = "--jobs 1"
    equal: bool = True


def _pools(threads: int) -> dict[str, str]:
    return {f"{pool}_NUM_THREADS": str(threads) for pool in ("OPENBLAS", "OMP", "NUMBA", "MKL")}


def _code(cpu: str) -> dict[str, str]:
    """Machine code for another processor; what is shipped is compiled for x86-64-v3 in this way."""
    return {"NUMBA_CPU_NAME": cpu, "NUMBA_CPU_FEATURES": ""}


def _blas(processor: str) -> dict[str, str]:
    return {"OPENBLAS_CORETYPE": processor}


OLD_NUMPY = {"NPY_DISABLE_CPU_FEATURES": "X86_V3"}  # which has 256-bit vectors and FMA
OLD, V3 = _code("x86-64"), _code("x86-64-v3")
SHIPPED = "code as shipped, for x86-64-v3"
WAYS = (
    Way("--jobs 1"),
    Way("the same again"),
    Way("--jobs 2", 2),
    Way("--jobs 4", 4),
    Way("pools of 1 thread", environment=_pools(1)),
    Way("pools of 2 threads", environment=_pools(2)),
    Way("pools of 2 threads, --jobs 2", 2, _pools(2)),
    Way("PYTHONHASHSEED=0", environment={"PYTHONHASHSEED": "0"}),
    Way("PYTHONHASHSEED=1", environment={"PYTHONHASHSEED": "1"}),
    Way(SHIPPED, environment=V3, cache="v3", equal=False),
    Way("that code, now out of the cache", environment=V3, cache="v3", beside=SHIPPED),
    Way("code for x86-64 of 2003", environment=OLD, cache="old", equal=False),
    Way("BLAS for Sandy Bridge", environment=_blas("Sandybridge"), equal=False),
    Way("BLAS for Nehalem", environment=_blas("Nehalem"), equal=False),
    Way("BLAS for Prescott", environment=_blas("Prescott"), equal=False),
    Way("NumPy without AVX2 and FMA", environment=OLD_NUMPY, equal=False),
    Way("the last of each", 1, _blas("Prescott") | OLD_NUMPY | OLD, "old", equal=False),
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
        timed = [name in TIMES for name in value.get("columns", ())]
        for key, inner in value.items():
            if key == "rows" and any(timed):
                for number, row in enumerate(inner):
                    cells = [cell for cell, time in zip(row, timed, strict=True) if not time]
                    yield from leaves(cells, f"{path}.rows[{number}]")
            elif key not in TIMES:
                yield from leaves(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from leaves(inner, f"{path}[{number}]")
    else:
        yield path, value


class Difference(NamedTuple):
    """Of two results: the largest of their numbers, relative; other values; what they conclude."""

    numbers: float
    words: int = 0
    conclusions: tuple[str, ...] = ()  # where these differ

    def __str__(self) -> str:
        if self == SAME:
            return "="
        words = f", {self.words} words" * (self.words > 0)
        return (
            f"{self.numbers:.0e}{words}"
            + ", " * bool(self.conclusions)
            + " / ".join(self.conclusions)
        )


SAME = Difference(0.0)


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
    concluded = tuple(_conclusion(each) for each in (one, other))
    return Difference(off, words, concluded if len({*concluded}) > 1 else ())


def _conclusion(document: dict[str, Any]) -> str:
    """The verdict, and the causes in their order."""
    return " ".join([document["verdict"], *(one["cause"] for one in document.get("causes", ()))])


def _off(one: Any, other: Any) -> float:
    if one.tobytes() == other.tobytes():
        return 0.0
    if one.shape != other.shape:
        return math.inf
    one, other = one.astype(float), other.astype(float)
    apart = np.abs(one - other).max() / max(np.abs(one).max(), np.abs(other).max())
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
    parser.add_argument("--only", nargs="*", default=["*"], help="rows by name; the first anyway")
    parser.add_argument("--commands", nargs="*", default=[*COMMANDS], help="some of them")
    asked = parser.parse_args()
    commands = {name: COMMANDS[name] for name in asked.commands}
    found: dict[str, dict[str, Any]] = {}
    seen: dict[bool, dict[str, dict[str, Difference]]] = {True: {}, False: {}}
    with tempfile.TemporaryDirectory() as made:
        for way in WAYS:
            if found and not any(fnmatch.fnmatch(way.name, one) for one in asked.only):
                continue
            began = time.monotonic()
            mine = found[way.name] = results(way, Path(made), commands)
            print(f"{way.name}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
            if way.beside != way.name and way.beside in found:
                off = {name: difference(found[way.beside][name], mine[name]) for name in mine}
                seen[way.equal][way.name] = off
                print({name: str(one) for name, one in off.items()}, file=sys.stderr, flush=True)
    for equal, rows in seen.items():
        if rows:
            print(f"\n{'must be equal' if equal else 'may differ'}\n\n{shown(rows)}", flush=True)
    return int(any(one != SAME for row in seen[True].values() for one in row.values()))


if __name__ == "__main__":
    sys.exit(main())
