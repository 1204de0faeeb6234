"""Claims of the diagnosis tried on fresh rows of known laws: benchmarks/population.py."""

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
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from cases import RECIPE, Case, Writer
from claims import GOALS, LIKELY, Claim, Seen, Tried, claims, measures
from diagnosis import diagnose, warm_up
from fresh import ROWS, Scores, fresh_scores, gain, in_units_of
from independent import bar, on_fresh_rows
from laws import LAWS
from looks import commit, look
from plants import Rng
from results import publish, table
from samples import Sample, draw
from scoring import judged, outcome, plain_numbers, told
from together import stream

from nndoctor import api
from nndoctor.diagnosis.causes import CAUSES
from nndoctor.diagnosis.subject import Refused
from nndoctor.subjects.recipe_subject import RecipeSubject

CASES = 200
DEAREST = 30.0  # times the work of the recipe, that a random change may cost

Ask = Callable[[Path], Mapping[str, Any]]


def examine(number: int, seed: int = 0, ask: Ask | None = None, rows: int = ROWS) -> Seen:
    """One sample: its diagnosis, and what fresh rows say of each claim."""
    ask = ask or partial(diagnose, jobs=1, placebo=True)
    with TemporaryDirectory() as place:
        folder = Path(place)
        return _examine(draw(number, seed, folder), folder, ask, stream(f"{seed} {number}"), rows)


def _examine(sample: Sample, folder: Path, ask: Ask, rng: Rng, rows: int) -> Seen:
    writer, home = Writer(folder), folder / sample.id
    text = writer.recipe(sample.tables, sample.table)
    fresh = sample.law.table(rows, rng)
    truth = in_units_of(sample.table, sample.sound, fresh)
    score = partial(fresh_scores, folder=home, rows=truth)
    home.mkdir()
    (home / RECIPE).write_text(text, encoding="utf-8")
    own = score(text)
    seen = Seen(
        sample.id,
        sample.faults,
        float(np.mean(own)),
        0.0,
        None,
        False,
        False,
        (),
        (),
        (0, 0),
        _random_change(home, own, score, rng),
        0.0,
    )
    if sample.faults:
        sound = fresh_scores(writer.recipe(sample.sound_tables, sample.sound), home, fresh)
        seen = replace(seen, lost=gain(sound, own))
    else:
        seen = replace(seen, bar=bar(on_fresh_rows(sample.table, fresh)))
    start = time.perf_counter()
    try:
        result = ask(home / RECIPE)
        said = outcome(Case(sample.id, home, False), result, time.perf_counter() - start)
        tried = tuple(_tried(claims(result, text), {text: own}, score))
    except Exception as error:  # a benchmark that breaks off would hide the other samples
        seconds = time.perf_counter() - start
        return replace(seen, seconds=seconds, error=f"{type(error).__name__}: {error}")
    placebo = result.get("placebo") or {}
    return replace(
        seen,
        sick=said.sick,
        alarm=said.alarm,
        named=said.named,
        seconds=said.seconds,
        tried=tried,
        placebo=(placebo.get("named", 0), placebo.get("tested", 0)),
    )


def _tried(
    claimed: Iterator[Claim], known: dict[str, Scores], score: Callable[[str], Scores]
) -> Iterator[Tried]:
    """Each claim on fresh rows; a recipe of several claims is trained once."""
    for one in claimed:
        for text in (one.before, one.after):
            if text not in known:
                known[text] = score(text)
        yield Tried(one.kind, one.name, gain(known[one.after], known[one.before]))


def _random_change(
    home: Path, own: Scores, score: Callable[[str], Scores], rng: Rng
) -> Tried | None:
    """Any intervention of any cause that changes the recipe, drawn by lot."""
    subject = RecipeSubject.of(api.load_setup(home / RECIPE))
    ladder = dict.fromkeys(one for cause in CAUSES.values() for one in cause.ladder)
    tries = [(one, subject.apply(one)) for one in ladder]
    changed = {
        made.key: (str(one), made)
        for one, made in tries
        if not isinstance(made, Refused) and made.cost <= DEAREST * subject.cost
    }
    changed.pop(subject.key, None)
    if not changed:
        return None
    name, made = changed[sorted(changed)[int(rng.integers(len(changed)))]]
    return Tried("random", name, gain(score(made.text), own))


def examine_all(numbers: Sequence[int], seed: int, jobs: int) -> Iterator[Seen]:
    """In their order; machine code is loaded first."""
    one = partial(examine, seed=seed)
    if jobs <= 1:
        warm_up()
        yield from map(one, numbers)
        return
    with ProcessPoolExecutor(jobs, initializer=warm_up) as pool:
        yield from pool.map(one, numbers)


def line(one: Seen) -> str:
    """One sample in one line: "+" where nothing that was said of it is wrong."""
    if one.error:
        return f"{one.id}: ERROR {one.error}"
    wrong = (one.sound and one.sick) or (one.felt and not one.alarm)
    wrong = wrong or not all(t.true or t.kind == LIKELY for t in one.tried)
    planted = "; ".join(one.faults) or "nothing planted"
    beside = f"lost {one.lost:.2f}" if one.faults else f"bar {one.bar or 0:.2f}"
    said = "sick" if one.sick else "alarm" if one.alarm else "not sick"
    tried = ", ".join(f"{t.kind} {t.name} {t.gain:+.2f}" for t in one.tried) or "no claim"
    chance = f"; by lot {one.random.name} {one.random.gain:+.2f}" if one.random else ""
    start = f"{'-' if wrong else '+'} {one.id} ({planted}): {one.own:.2f}, {beside}"
    return f"{start}: {said}, {tried}{chance}, {one.seconds:.1f} s"


def report(seen: Sequence[Seen], seed: int, jobs: int) -> str:
    """All measures with their goals."""
    rows = []
    for name, value in measures(seen).items():
        goal, met = judged(name, value, GOALS)
        rows.append((name, goal, told(value), met))
    planted = [sample for sample in seen if sample.faults]
    felt, sound = sum(one.felt for one in planted), sum(one.sound for one in seen)
    counts = (
        f"{len(seen)} samples of {len(LAWS)} laws, seed {seed}: {len(planted)} with faults, "
        f"{felt} of them felt on fresh rows; {len(seen) - len(planted)} without, {sound} of them "
        "sound beside scikit-learn"
    )
    head = f"{date.today()}, commit {commit()}, {counts}; {jobs} samples at a time."
    return "\n\n".join(
        ["## Claims on fresh rows", head, table(("measure", "goal", "reached", ""), rows)]
    )


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=CASES, help=f"samples ({CASES})")
    parser.add_argument("--from", type=int, default=0, dest="first", help="the first of them")
    parser.add_argument("--seed", type=int, default=0, help="of the samples")
    parser.add_argument("--jobs", type=int, default=1, help="samples at a time")
    parser.add_argument("--json", type=Path, default=Path("scores-population.json"))
    parser.add_argument("--write", action="store_true", help="keep the table in RESULTS.md")
    given = parser.parse_args()
    seen = []
    numbers = range(given.first, given.first + given.cases)
    for one in examine_all(numbers, given.seed, given.jobs):
        print(line(one), flush=True)
        seen.append(one)
    scores = plain_numbers(measures(seen))
    document = {"date": str(date.today()), "commit": commit(), "total": scores}
    samples = [asdict(one) | {"sound": one.sound, "felt": one.felt} for one in seen]
    text = json.dumps(document | {"samples": samples}, indent=1) + os.linesep
    given.json.write_text(text, encoding="utf-8")
    part = f"seed {given.seed}, {given.first} to {numbers.stop - 1}"
    look("population", part, len(seen), scores)
    publish("population", report(seen, given.seed, given.jobs), given.write)


if __name__ == "__main__":
    main()
