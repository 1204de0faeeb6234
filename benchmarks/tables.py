"""Public tables as people have them: how they are read, and how well the default recipe does."""

import argparse
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatch
from pathlib import Path
from tempfile import TemporaryDirectory

from looks import commit
from results import publish, table
from scoring import Rate, judged, told
from table_models import BOOSTING, FEWEST, LINEAR, NETWORK, OURS, Scores, scores
from table_sources import Known, truths

NEAR = 0.03  # of scikit-learn's network, that ours may stay below it
BUDGET = "20s"  # of a check-up
BESIDE = f"at most {NEAR} below scikit-learn's network"
GOALS = {
    "read right": (">=", 1.0),
    "task right": (">=", 1.0),
    "called sick without reason": ("<=", 0.0),
    BESIDE: (">=", 0.9),
}


@dataclass(frozen=True)
class Reading:
    """What the tool says a table is; `kinds` by column in the order of the file, None unless told.

    Without the target, whose kind is not asked.
    """

    rows: int
    columns: int
    task: str
    kinds: Mapping[str, str] | None
    gaps: int


Ask = Callable[[Path, str], Reading]


@dataclass(frozen=True)
class Seen:
    """One table: what was misread, and how the default recipe does on it.

    `sick` and `found` are None where the table could not be read, or was not asked for them.
    """

    known: Known
    misread: tuple[str, ...] = ()
    task: bool | None = None
    sick: bool | None = None
    found: Scores = field(default_factory=dict)
    seconds: float = 0.0
    error: str = ""


def asked(path: Path, target: str) -> Reading:
    """How the tool reads a file: the one place that knows how to ask for it."""
    from nndoctor import api

    opened = api.load_data(path, target)
    report = api.data_report(opened)
    parts = [part for part in (opened.train, opened.validation, opened.test) if part is not None]
    told = [one for one in report.evidence if one.name == "columns" and "kind" in one.columns]
    if not told:
        gaps = sum(int((part.x != part.x).sum()) for part in parts)
        count = len(opened.columns) + len(opened.targets)
        return Reading(sum(len(part.x) for part in parts), count, opened.kind, None, gaps)
    (listed,) = told
    rows = [dict(zip(listed.columns, row, strict=True)) for row in listed.rows]
    kinds = {
        str(row.get("column", row.get("name"))): str(row["kind"])
        for row in rows
        if row["becomes"] != "the target"
    }
    return Reading(
        rows=sum(len(part.x) for part in parts),
        columns=len(rows),
        task=opened.kind,
        kinds=kinds,
        gaps=sum(int(row.get("missing") or 0) for row in rows),
    )


def misread(known: Known, reading: Reading) -> tuple[str, ...]:
    """What differs from what is known of a table, one phrase each."""
    wrong = [
        f"{said} {what} for {truth}"
        for what, said, truth in (
            ("rows", reading.rows, known.rows),
            ("columns", reading.columns, known.columns),
            ("gaps", reading.gaps, known.gaps),
        )
        if said != truth
    ]
    if reading.kinds is None:
        return (*wrong, "kinds of columns not told")
    target = int(known.target[1:]) if known.target.startswith("#") else None
    for place, (column, kind) in enumerate(reading.kinds.items(), 1):
        position = place + (target is not None and place >= target)
        right = known.allowed(column, position)
        if kind not in right:
            wrong.append(f"{column} is {kind}, not {' or '.join(sorted(right))}")
    return tuple(wrong)


def called_sick(path: Path, target: str) -> bool:
    """The verdict of a check-up from outside, as a user has it."""
    command = [sys.executable, "-m", "nndoctor", "checkup", str(path), "--target", target]
    command += ["--format", "json", "--budget", BUDGET]
    child = subprocess.run(command, capture_output=True, text=True)
    if child.returncode not in (0, 1, 4):  # 1 and 4 are verdicts
        raise RuntimeError(child.stderr.strip().splitlines()[-1])
    return bool(json.loads(child.stdout)["verdict"] == "sick")


def examine(known: Known, folder: Path, checkup: bool, ask: Ask = asked) -> Seen:
    """One table, with the clock on all of it."""
    start = time.perf_counter()
    seen = Seen(known)
    try:
        path = known.put(folder)
        reading = ask(path, known.asked_target)
        seen = Seen(known, misread(known, reading), reading.task == known.task)
        sick = called_sick(path, known.asked_target) if checkup else None
        found = scores(known, path) if known.rows >= FEWEST else {}
    except Exception as error:  # a benchmark that breaks off would hide the other tables
        told = f"{type(error).__name__}: {error}".partition("\n")[0]
        return Seen(known, seen.misread, seen.task, error=told)
    seconds = time.perf_counter() - start
    return Seen(known, seen.misread, seen.task, sick, found, seconds)


def near(seen: Seen) -> bool:
    """Whether the default recipe is not far below scikit-learn's network."""
    return seen.found[OURS] >= seen.found[NETWORK] - NEAR


def measures(every: Sequence[Seen]) -> dict[str, Rate]:
    """All that has a goal; a table that was refused is neither read right nor is its task."""
    sound = [one for one in every if one.sick is not None and not one.known.flaw]
    return {
        "read right": Rate.over(one.task is not None and not one.misread for one in every),
        "task right": Rate.over(bool(one.task) for one in every),
        "called sick without reason": Rate.over(bool(one.sick) for one in sound),
        BESIDE: Rate.over(near(one) for one in every if one.found),
    }


def row(seen: Seen) -> list[str]:
    """One table in one line."""
    numbers = [
        f"{seen.found[n]:.3f}" if seen.found else "" for n in (OURS, NETWORK, BOOSTING, LINEAR)
    ]
    read = "; ".join(seen.misread) or ("refused" if seen.task is None else "right")
    task = {None: "", True: seen.known.task, False: f"not {seen.known.task}"}[seen.task]
    sick = {None: "not asked", True: "sick", False: "no"}[seen.sick]
    if seen.sick and seen.known.flaw:
        sick += f": {seen.known.flaw}"
    return [seen.known.name, read, task, sick, *numbers]


def report(every: Sequence[Seen], absent: Mapping[str, int]) -> str:
    """The tables, and all measures with their goals."""
    names = ("table", "read", "task", "sick", OURS, NETWORK, BOOSTING, LINEAR)
    reached = []
    for name, value in measures(every).items():
        goal, met = judged(name, value, GOALS)
        reached.append((name, goal, told(value), met))
    head = f"{date.today()}, commit {commit()}, {len(every)} tables of Python packages."
    missing = [f"{count} of {package}" for package, count in absent.items()]
    if missing:
        head += f" Not installed, and so left out: {', '.join(missing)}."
    goals = table(("measure", "goal", "reached", ""), reached)
    return "\n\n".join(["## Public tables", head, goals, table(names, map(row, every))])


def examine_all(chosen: Sequence[Known], checkup: bool) -> Iterator[Seen]:
    """Those whose package is installed, in their order."""
    for known in chosen:
        with TemporaryDirectory() as place:
            yield examine(known, Path(place), checkup)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="*", help="tables whose name fits, such as 'ISLP/*'")
    parser.add_argument("--no-checkup", action="store_true", help="leaves the check-ups out")
    parser.add_argument("--write", action="store_true", help="keep the tables in RESULTS.md")
    given = parser.parse_args()
    chosen = [known for known in truths() if fnmatch(known.name, given.only)]
    absent = Counter(known.package for known in chosen if known.place is None)
    seen = []
    for one in examine_all([k for k in chosen if k.place is not None], not given.no_checkup):
        print(f"{' | '.join(row(one))} | {one.seconds:.0f} s {one.error}", flush=True)
        seen.append(one)
    publish("tables", report(seen, absent), given.write)


if __name__ == "__main__":
    main()
