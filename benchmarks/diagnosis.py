"""How right the diagnosis is on a folder of cases: benchmarks/diagnosis.py FOLDER."""

import argparse
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from cases import Case, load_cases
from looks import LOOKS, commit, look
from references import standing
from results import publish, table
from scoring import (
    CURABLE,
    Outcome,
    judged,
    measures,
    outcome,
    plain_numbers,
    published,
    told,
)

from nndoctor.errors import NNDoctorError
from nndoctor.recipe import loads

HERE = Path(__file__).resolve().parent
WARM_UP = HERE.parent / "recipes" / "spiral.toml"
SEEDS = (101, 102, 103)  # of the prescription; the diagnosis starts from the recipe's own

Diagnose = Callable[[Path], Mapping[str, Any]]


def diagnose(recipe: Path, jobs: int = 2, placebo: bool = False) -> Mapping[str, Any]:
    """The diagnosis as machines read it: the one place that knows how to ask for it."""
    from nndoctor import api
    from nndoctor.report.document import render_json

    setup = api.load_setup(recipe)
    report = api.checkup_report(setup, api.checkup(setup, jobs=jobs, placebo=placebo))
    document: Mapping[str, Any] = json.loads(render_json(report))
    return document


def examine(case: Case, ask: Diagnose = diagnose) -> Outcome:
    """One case, with the clock on the diagnosis alone."""
    start = time.perf_counter()
    try:
        result = ask(case.recipe)
    except Exception as error:  # a scoreboard that breaks off would hide the other cases
        failed = {"verdict": "undecided", "findings": []}
        lost = outcome(case, failed, time.perf_counter() - start, _cured(case, failed))
        return replace(lost, error=f"{type(error).__name__}: {error}")
    seconds = time.perf_counter() - start
    return outcome(case, result, seconds, _cured(case, result))


def _cured(case: Case, result: Mapping[str, Any]) -> bool | None:
    """Whether the prescription reaches the reference; None where there is nothing to cure.

    That is where no recipe could, or where the case itself does and nothing is prescribed.
    """
    if case.severity not in CURABLE:
        return None
    prescribed = result.get("cured_recipe")
    text = prescribed or case.recipe.read_text(encoding="utf-8")
    try:
        found = standing(loads(text, case.id), case.folder, SEEDS)
    except NNDoctorError:  # a prescription that can't be run cures nothing
        return False
    if not found.learnable or (found.reached and not prescribed):
        return None
    return found.reached


def examine_all(cases: Sequence[Case], jobs: int) -> Iterator[Outcome]:
    """In the order of the cases; machine code is loaded before the clock starts."""
    if jobs <= 1:
        warm_up()
        yield from map(examine, cases)
        return
    ask = partial(diagnose, jobs=1)
    with ProcessPoolExecutor(jobs, initializer=warm_up) as pool:
        yield from pool.map(partial(examine, ask=ask), cases)


def warm_up() -> None:
    """Loads the machine code."""
    diagnose(WARM_UP)


def report(title: str, outcomes: Sequence[Outcome], jobs: int) -> str:
    """Every case, all measures with their goals, and the published tools."""
    rows = []
    for name, value in measures(outcomes).items():
        goal, met = judged(name, value)
        rows.append((name, goal, told(value), met))
    healthy = sum(o.case.healthy for o in outcomes)
    silent = sum(o.case.silent for o in outcomes)
    faulty = len(outcomes) - healthy - silent
    counts = f"{faulty} faulty with an effect, {silent} without; {healthy} healthy"
    parts = [
        f"## Diagnosis of {title}",
        f"{date.today()}, commit {commit()}, {counts}; {jobs} cases at a time.",
        table(("measure", "goal", "reached", ""), rows),
    ]
    tools = published(outcomes)
    if tools:
        lines = [(tool, question, str(right), str(ours)) for tool, question, right, ours in tools]
        parts.append(table(("tool", "question", "its result", "nndoctor, same cases"), lines))
    return "\n\n".join(parts)


def line(o: Outcome) -> str:
    """One case in one line."""
    if o.error:
        return f"{o.case.id}: ERROR {o.error}"
    right = ", ".join(o.case.causes) or "healthy"
    said = ", ".join(_marked(o, cause) for cause in o.named) or "nothing"
    cured = {True: ", cured", False: ", not cured", None: ""}[o.cured]
    well = not o.alarm if o.case.healthy else not o.sick if o.case.silent else o.alarm
    mark = "+" if well and (o.case.healthy or o.case.silent or o.hits(1, either=True)) else "-"
    alarm = "alarm" if o.alarm else "quiet"
    return f"{mark} {o.case.id} ({right}): {alarm}, {said}{cured}, {o.seconds:.1f} s"


def _marked(o: Outcome, cause: str) -> str:
    """Certain causes get a "!", suspected ones a "?"."""
    return cause + ("" if cause in o.confirmed else "!" if cause in o.certain else "?")


def as_json(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Everything that was counted, per case and in total."""
    return {
        "date": str(date.today()),
        "commit": commit(),
        "total": plain_numbers(measures(outcomes)),
        "cases": [_case(o) for o in outcomes],
    }


def _case(o: Outcome) -> dict[str, Any]:
    seen = {key: value for key, value in asdict(o).items() if key != "case"}
    firsts = {
        f"first {n}{', either list' * either}": o.hits(n, either)
        for n in (1, 3)
        for either in (False, True)
    }
    known = {key: getattr(o.case, key) for key in ("id", "healthy", "severity", "causes")}
    return known | seen | firsts | {"complete": o.complete}


def record(folder: str, pattern: str, outcomes: Sequence[Outcome], place: Path = LOOKS) -> None:
    """Keeps what was seen."""
    look(folder, pattern, len(outcomes), plain_numbers(measures(outcomes)), place)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="a folder of cases, such as benchmarks/corpus")
    parser.add_argument("--jobs", type=int, default=1, help="cases at a time; 1 for honest seconds")
    parser.add_argument("--only", default="*", help="cases whose id matches, such as 'so-*'")
    parser.add_argument("--json", type=Path, help="where the JSON goes (scores-FOLDER.json)")
    parser.add_argument("--write", action="store_true", help="keep the tables in RESULTS.md")
    parser.add_argument("--every", type=int, default=1, help="one case in so many")
    parser.add_argument("--from", type=int, default=0, dest="first", help="the first of them")
    given = parser.parse_args()
    name, cases = given.folder.resolve().name, load_cases(given.folder, given.only)
    cases = cases[given.first :: given.every]
    if not cases:
        parser.error(f"no case in {given.folder} matches {given.only}")
    outcomes = []
    for o in examine_all(cases, given.jobs):
        print(line(o), flush=True)
        outcomes.append(o)
    place = given.json or Path(f"scores-{name}.json")
    place.write_text(json.dumps(as_json(outcomes), indent=1) + os.linesep, encoding="utf-8")
    part = f" {given.first}::{given.every}" * (given.every > 1)
    record(name, given.only + part, outcomes)
    publish(f"diagnosis {name}", report(name, outcomes, given.jobs), given.write)


if __name__ == "__main__":
    main()
