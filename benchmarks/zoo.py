"""How right the diagnosis is on PyTorch programs: benchmarks/zoo.py, each sick one and its twin."""

import argparse
import json
import time
from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from cases import Case
from diagnosis import as_json, line, record, report
from results import publish
from scoring import Outcome, outcome

from nndoctor.diagnosis.causes import CAUSES

FOLDER = Path(__file__).resolve().parent / "torch_zoo"
TRUTH, HEALTHY = "# truth: ", "healthy"


def load(pattern: str = "*") -> Iterator[tuple[Case, str]]:
    """Each program's cases with what a user would examine: FILE.py:sick and FILE.py:healthy.

    Some are healthy alone, though they might look sick.
    """
    for path in sorted(FOLDER.glob("*.py")):
        lines = path.read_text(encoding="utf-8").splitlines()
        told = next((one for one in lines if one.startswith(TRUTH)), None)
        if told is None or not fnmatch(path.stem, pattern):
            continue
        if told == TRUTH + HEALTHY:
            yield Case(path.stem, FOLDER, True), f"{path}:healthy"
            continue
        first, _, others = told.removeprefix(TRUTH).partition("; also ")
        also = tuple(filter(None, others.split(", ")))
        unknown = {*first.split(", "), *also} - set(CAUSES)
        if unknown:
            raise ValueError(f"{path.name}: there is no cause {', '.join(unknown)}")
        sick = Case(path.stem, FOLDER, False, tuple(first.split(", ")), also, "unrated")
        yield sick, f"{path}:sick"
        yield Case(f"{path.stem}-healthy", FOLDER, True), f"{path}:healthy"


def diagnose(source: str, budget: float) -> Mapping[str, Any]:
    """As machines read it."""
    from nndoctor import api
    from nndoctor.report.document import render_json

    setup = api.load_any(source)
    result: Mapping[str, Any] = json.loads(
        render_json(api.checkup_report(setup, api.checkup(setup, budget=budget)))
    )
    return result


def examine(case: Case, source: str, budget: float) -> Outcome:
    """One case, with the clock on all of it."""
    start = time.perf_counter()
    try:
        result = diagnose(source, budget)
    except Exception as error:  # a scoreboard that breaks off would hide the other cases
        failed = {"verdict": "undecided", "findings": []}
        lost = outcome(case, failed, time.perf_counter() - start)
        return Outcome(**{**vars(lost), "error": f"{type(error).__name__}: {error}"})
    return outcome(case, result, time.perf_counter() - start)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="*", help="programs whose name matches, such as 'cnn*'")
    parser.add_argument("--budget", type=float, default=60.0, help="seconds for each")
    parser.add_argument("--json", type=Path, default=Path("scores-torch_zoo.json"))
    parser.add_argument("--write", action="store_true", help="keep the tables in RESULTS.md")
    given = parser.parse_args()
    outcomes = []
    for case, source in load(given.only):
        outcomes.append(examine(case, source, given.budget))
        print(line(outcomes[-1]), flush=True)
        given.json.write_text(json.dumps(as_json(outcomes), indent=1) + "\n", encoding="utf-8")
    if not outcomes:
        parser.error(f"no program matches {given.only}")
    record("torch_zoo", given.only, outcomes)
    publish("diagnosis torch_zoo", report("torch_zoo", outcomes, 1), given.write)


if __name__ == "__main__":
    main()
