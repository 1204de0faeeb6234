"""Public tables as people have them: how they are read, and how well the default recipe does."""

import argparse
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
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

    `verdict` is empty where the table could not be read, or was not asked for it; `sentence`: what
    the check-up says with it.
    """

    known: Known
    misread: tuple[str, ...] = ()
    task: bool | None = None
    verdict: str = ""
    sentence: str = ""
    found: Scores = field(default_factory=dict)
    seconds: float = 0.0
    error: str = ""

    @property
    def sick(self) -> bool:
        """Whether the check-up says so."""
        return self.verdict == "sick"


def asked(path: Path, target: str) -> Reading:
    """How the tool reads a file: the one place that knows how to ask for it."""
    from nndoctor import api

    opened = api.load_data(path, target)
    parts = [part for part in (opened.train, opened.validation, opened.test) if part is not None]
    listed = api.columns_table(opened)
    if listed is None:
        gaps = sum(int((part.x != part.x).sum()) for part in parts)
        count = len(opened.columns) + len(opened.targets)
        return Reading(sum(len(part.x) for part in parts), count, opened.kind, None, gaps)
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


def checked_up(path: Path, target: str) -> tuple[str, str]:
    """The verdict of a check-up from outside, as a user has it, and its words for it."""
    command = [sys.executable, "-m", "nndoctor", "checkup", str(path), "--target", target]
    command += ["--format", "json", "--budget", BUDGET]
    child = subprocess.run(command, capture_output=True, text=True)
    if child.returncode not in (0, 1, 4):  # 1 and 4 are verdicts
        raise RuntimeError(child.stderr.strip().splitlines()[-1])
    told = json.loads(child.stdout)
    named = [one["cause"] for one in told["causes"]]
    return told["verdict"], ": ".join([told["sentence"], *([", ".join(named)] if named else [])])


def examine(known: Known, folder: Path, checkup: bool, ask: Ask = asked) -> Seen:
    """One table, with the clock on all of it."""
    start = time.perf_counter()
    seen = Seen(known)
    try:
        path = known.put(folder)
        reading = ask(path, known.asked_target)
        seen = Seen(known, misread(known, reading), reading.task == known.task)
        if checkup:
            verdict, sentence = checked_up(path, known.asked_target)
            seen = replace(seen, verdict=verdict, sentence=sentence)
        seen = replace(seen, found=scores(known, path) if known.rows >= FEWEST else {})
    except Exception as error:  # a benchmark that breaks off would hide the other tables
        told = f"{type(error).__name__}: {error}".partition("\n")[0]
        return replace(seen, error=told)
    return replace(seen, seconds=time.perf_counter() - start)


def near(seen: Seen) -> bool:
    """Whether the default recipe is not far below scikit-learn's network."""
    return seen.found[OURS] >= seen.found[NETWORK] - NEAR


def measures(every: Sequence[Seen]) -> dict[str, Rate]:
    """All that has a goal; a table that was refused is neither read right nor is its task."""
    sound = [one for one in every if one.verdict and not one.known.flaw]
    return {
        "read right": Rate.over(one.task is not None and not one.misread for one in every),
        "task right": Rate.over(bool(one.task) for one in every),
        "called sick without reason": Rate.over(one.sick for one in sound),
        BESIDE: Rate.over(near(one) for one in every if one.found),
    }


def row(seen: Seen) -> list[str]:
    """One table in one line."""
    numbers = [
        f"{seen.found[n]:.3f}" if seen.found else "" for n in (OURS, NETWORK, BOOSTING, LINEAR)
    ]
    read = "; ".join(seen.misread) or ("refused" if seen.task is None else "right")
    task = {None: "", True: seen.known.task, False: f"not {seen.known.task}"}[seen.task]
    verdict = seen.verdict or "not asked"
    if seen.sick and seen.known.flaw:
        verdict += f": {seen.known.flaw}"
    return [seen.known.name, read, task, verdict, *numbers]


def report(every: Sequence[Seen], absent: Mapping[str, int]) -> str:
    """The tables, and all measures with their goals."""
    names = ("table", "read", "task", "verdict", OURS, NETWORK, BOOSTING, LINEAR)
    reached = []
    for name, value in measures(every).items():
        goal, met = judged(name, value, GOALS)
        reached.append((name, goal, told(value), met))
    seen_of = f"{len(every)} of {len(truths())} tables of Python packages"
    head = f"{date.today()}, commit {commit()}, {seen_of}."
    missing = [f"{count} of {package}" for package, count in absent.items()]
    if missing:
        head += f" Not installed, and so left out: {', '.join(missing)}."
    goals = table(("measure", "goal", "reached", ""), reached)
    return "\n\n".join(["## Public tables", head, goals, table(names, map(row, every))])


def examine_all(chosen: Sequence[Known], checkup: bool, state: Path | None) -> Iterator[Seen]:
    """Those whose package is installed, in their order; from `state` what it knows already."""
    done = remembered(state, chosen) if state else {}
    for known in chosen:
        if known.name in done:
            yield done[known.name]
            continue
        with TemporaryDirectory() as place:
            seen = examine(known, Path(place), checkup)
        if state:
            line = {**asdict(seen), "known": known.name}
            with state.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")
        yield seen


def remembered(state: Path, chosen: Sequence[Known]) -> dict[str, Seen]:
    """Tables of an earlier run, by name."""
    known = {one.name: one for one in chosen}
    text = state.read_text(encoding="utf-8") if state.exists() else ""
    lines = [json.loads(line) for line in text.splitlines()]
    return {
        line["known"]: Seen(
            **{**line, "known": known[line["known"]], "misread": tuple(line["misread"])}
        )
        for line in lines
        if line["known"] in known
    }


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="*", help="tables whose name fits, such as 'ISLP/*'")
    parser.add_argument("--no-checkup", action="store_true", help="leaves the check-ups out")
    parser.add_argument("--state", type=Path, help="a file to go on from")
    parser.add_argument("--write", action="store_true", help="keep the tables in RESULTS.md")
    given = parser.parse_args()
    chosen = [known for known in truths() if fnmatch(known.name, given.only)]
    absent = Counter(known.package for known in chosen if known.place is None)
    seen = []
    there = [known for known in chosen if known.place is not None]
    for one in examine_all(there, not given.no_checkup, given.state):
        print(
            f"{' | '.join(row(one))} | {one.seconds:.0f} s {one.error or one.sentence}", flush=True
        )
        seen.append(one)
    publish("tables", report(seen, absent), given.write)


if __name__ == "__main__":
    main()
