"""Commands that are killed at random moments, and what is found afterwards: benchmarks/kills.py.

    python benchmarks/kills.py --count 300 --state kills.json
    python benchmarks/kills.py --only 17 --keep folder

A process gets SIGKILL, half of the times at any moment of the time that it takes, else soon after
it writes. What lies there then has to be whole, or what was there before, or nothing; the command
that a user goes on with has to work, to end as if nothing had happened, and to leave no temporary
file.
"""

import argparse
import contextlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import fuzz
from killed import KINDS, Kind, prepare
from left import contents

DECK = [kind for kind in KINDS for _ in range(kind.share)]
COLUMNS = ("ended before", "nothing there", "earlier one", "some", "whole")
POLL = 0.0002  # seconds between looks for a file that is being written
LONGEST = 120.0  # seconds that any command may take


class Killed(NamedTuple):
    """What was found after one kill; `trouble` is empty where all is well."""

    kind: str
    found: str
    trouble: str = ""


class Undisturbed(NamedTuple):
    """A kind run to its end: what it left, and the seconds that it took."""

    contents: dict[str, Any]
    seconds: float


class Killer:
    """Kills by number, always at the same moments as far as a clock allows."""

    def __init__(self, seed: int, folder: Path) -> None:
        self.seed, self.folder = seed, folder
        self._ended: dict[str, Undisturbed] = {}

    def __call__(self, number: int) -> Killed:
        rng = random.Random(f"{self.seed}-{number}")
        kind = DECK[number % len(DECK)]
        before, whole = self._prepared(kind)
        here = self.folder / "here"
        shutil.rmtree(here, ignore_errors=True)
        shutil.copytree(before, here)
        seconds = whole.seconds
        wait = rng.uniform(0, 1.05 * seconds), rng.uniform(0, kind.lag)
        ended = self._killed(kind, here, wait[0], wait[1] if rng.random() < 0.5 else None)
        found = "ended before" if ended else "nothing there"
        try:
            if not ended:
                found = self._found(kind, before, here, whole)
            self._goes_on(kind, here, whole)
        except Exception as error:  # whatever is found wrong
            return Killed(kind.name, found, f"{type(error).__name__}: {error}"[:600])
        return Killed(kind.name, found)

    def _prepared(self, kind: Kind) -> tuple[Path, Undisturbed]:
        before = self.folder / kind.name.replace(" ", "") / "before"
        if kind.name in self._ended:
            return before, self._ended[kind.name]
        before.mkdir(parents=True)
        prepare(before)
        for arguments in kind.before:
            _run(before, arguments)
        whole = before.with_name("whole")
        shutil.copytree(before, whole)
        began = time.monotonic()
        _process(kind, whole)
        seconds = time.monotonic() - began
        left = {str(one.relative_to(whole)): contents(one) for one in kind.present(whole)}
        self._ended[kind.name] = Undisturbed(left, seconds)
        return before, self._ended[kind.name]

    def _killed(self, kind: Kind, here: Path, wait: float, lag: float | None) -> bool:
        """Starts it and kills it; whether it had ended by itself."""
        process = subprocess.Popen(
            kind.program,
            cwd=here,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=_environment(kind, here),
        )
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(wait)
        if lag is not None:
            while process.poll() is None and not any(here.rglob(kind.sign)):
                time.sleep(POLL)
            time.sleep(lag)
        ended = process.poll() is not None
        process.kill()
        process.wait()
        return ended

    def _found(self, kind: Kind, before: Path, here: Path, whole: Undisturbed) -> str:
        """What lies there; each file is read, which fails where it is cut short."""
        states = set()
        for path in kind.present(here):
            name = path.relative_to(here)
            contents(path)
            old = before / name
            states.add("earlier one" if old.exists() and same(old, path) else "whole")
        if not states:
            return "nothing there"
        if len(kind.present(here)) < len(whole.contents):
            return "some"
        return states.pop() if len(states) == 1 else "some"

    def _goes_on(self, kind: Kind, here: Path, whole: Undisturbed) -> None:
        for arguments in kind.next(here):
            _process(kind, here) if kind.compiles else _run(here, arguments)
        for name, expected in whole.contents.items():
            if contents(here / name) != expected:
                raise AssertionError(f"{name} is not that of a run that was not killed")
        kind.held(here)
        left = [str(one.relative_to(here)) for one in here.rglob(".*")]
        if left:
            raise AssertionError(f"left behind: {left}")


def same(one: Path, other: Path) -> bool:
    return one.read_bytes() == other.read_bytes()


def _environment(kind: Kind, folder: Path) -> dict[str, str]:
    return os.environ | ({"NUMBA_CACHE_DIR": str(folder / "cache")} if kind.compiles else {})


def _process(kind: Kind, folder: Path) -> None:
    """The whole of it in a new process, which has to end well."""
    done = subprocess.run(
        kind.program,
        cwd=folder,
        env=_environment(kind, folder),
        capture_output=True,
        text=True,
        timeout=LONGEST,
    )
    if done.returncode not in (0, 1, 4):
        raise AssertionError(f"exit code {done.returncode}: {done.stderr.strip()[-400:]}")


def _run(folder: Path, arguments: tuple[str, ...]) -> None:
    """A command that has to work, in this process, which has imported all that it needs."""
    with contextlib.chdir(folder):
        outcome = fuzz.run([*arguments])
    if outcome.outcome != "result":
        told = f"{outcome.outcome} {outcome.signature} {outcome.told.strip()[-400:]}"
        raise AssertionError(f"{' '.join(arguments)}: {told}")


def kills(seed: int, numbers: range) -> Iterator[tuple[int, Killed]]:
    """What was found after each kill."""
    with tempfile.TemporaryDirectory() as folder:
        killer = Killer(seed, Path(folder))
        for number in numbers:
            yield number, killer(number)


def shown(counts: dict[str, dict[str, int]]) -> str:
    """Kinds of commands by what was found, as a table."""
    columns = (*COLUMNS, "failed")
    lines = [f"| killed | kills | {' | '.join(columns)} |", "|---|---:|" + "---:|" * len(columns)]
    totals = {one: sum(seen.get(one, 0) for seen in counts.values()) for one in columns}
    order = [kind.name for kind in KINDS if kind.name in counts]
    for name, seen in [*((one, counts[one]) for one in order), ("all", totals)]:
        made = sum(seen.get(one, 0) for one in COLUMNS)
        lines.append(f"| {name} | {made} | {' | '.join(str(seen.get(c, 0)) for c in columns)} |")
    return "\n".join(lines)


def main() -> int:
    """Makes the kills that are due; 1 where something was wrong after one."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split(":")[0])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=300, help="how many kills, from number 0")
    parser.add_argument("--state", type=Path, help="a file to go on from")
    parser.add_argument("--only", type=int, help="one kill, told at length")
    parser.add_argument("--keep", type=Path, help="with --only: the folder for its files")
    asked = parser.parse_args()
    if asked.only is not None:
        with tempfile.TemporaryDirectory() as made:
            one = Killer(asked.seed, (asked.keep or Path(made)).resolve())(asked.only)
        print(*one, sep="\n")
        return int(bool(one.trouble))
    state: dict[str, Any] = {"seed": asked.seed, "done": 0, "counts": {}, "failures": []}
    if asked.state and asked.state.exists():
        state = json.loads(asked.state.read_text(encoding="utf-8"))
    for number, one in kills(state["seed"], range(state["done"], asked.count)):
        seen = Counter(state["counts"].get(one.kind, {}))
        seen.update([one.found, *["failed"] * bool(one.trouble)])
        state["counts"][one.kind] = dict(seen)
        if one.trouble:
            state["failures"].append([number, one.kind, one.found, one.trouble])
            print(f"{number} {one.kind}, {one.found}: {one.trouble}", flush=True)
        state["done"] = number + 1
        if asked.state:
            asked.state.write_text(json.dumps(state), encoding="utf-8")
    print(shown(state["counts"]))
    return int(bool(state["failures"]))


if __name__ == "__main__":
    sys.exit(main())
