"""Whether a PyTorch set-up is diagnosed as the recipe that says the same: benchmarks/doors.py.

    python benchmarks/doors.py --state doors.jsonl      all of the corpus, to be gone on with later
    python benchmarks/doors.py --only 'so-*' --budget 60

Each case of benchmarks/corpus is examined twice with one budget: its recipe by the engine, and the
same rows, layers, first weights, loss and training as a PyTorch set-up (`twins.py`).
"""

import argparse
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from statistics import median

from cases import Case, load_cases
from looks import commit, look
from results import publish, table
from scoring import Rate, judged, told
from twin_modules import Unsayable
from twins import twin

from nndoctor import api
from nndoctor.setup import Setup, TorchSetup

CORPUS = Path(__file__).resolve().parent / "corpus"
ENGINE, TORCH = "engine", "PyTorch"
DOORS: dict[str, Callable[[Setup], Setup | TorchSetup]] = {ENGINE: lambda one: one, TORCH: twin}
UNSAID, FAILED = "not said", "error"
BOTH = "same verdict and first cause"
GOALS = {BOTH: (">=", 0.90)}
NOTES = {  # of differences that were looked at
    "mpg-double-norm": "the case is that inputs were scaled twice; the engine names nothing",
    "mpg-high-lr": "judged by the 63 validation rows; the engine holds others out for each seed",
    "reuters-r4": "a hinge of the user's own is not known as one, nor softmax before it as wrong",
}


@dataclass(frozen=True)
class Side:
    """What one door said of a case; `untested`: why of causes that it could not try.

    `verdict` is UNSAID or FAILED, with `why`, where nothing was examined. `share`: of the score of
    the best reference.
    """

    case: str
    door: str
    budget: float
    verdict: str
    causes: tuple[str, ...] = ()
    seconds: float = 0.0
    untested: dict[str, str] = field(default_factory=dict)
    why: str = ""
    sentence: str = ""
    share: float | None = None

    @property
    def first(self) -> str:
        """The cause that is named first, or none."""
        return self.causes[0] if self.causes else ""


@dataclass(frozen=True)
class Pair:
    """One case by both doors."""

    case: Case
    engine: Side
    torch: Side

    @property
    def verdicts(self) -> bool:
        """Whether both give one verdict."""
        return self.engine.verdict == self.torch.verdict

    @property
    def causes(self) -> bool:
        """Whether both name one cause first, or both another one that is right."""
        right = self.case.causes + self.case.also_right
        first = self.engine.first, self.torch.first
        return first[0] == first[1] or all(cause in right for cause in first)

    @property
    def note(self) -> str:
        """Why PyTorch says something else, where it knows or somebody has looked."""
        cause, torch = self.engine.first, self.torch
        if self.case.id in NOTES:
            return NOTES[self.case.id]
        why = torch.untested.get(cause, "")
        undecided = torch.sentence if torch.verdict == "undecided" else ""
        return torch.why or (f"{cause}: {why}" if why else undecided)


def examine(case: Case, door: str, budget: float) -> Side:
    """The case by one door."""
    start = time.perf_counter()
    try:
        setup = DOORS[door](api.load_setup(case.recipe))
        found = api.checkup(setup, budget=budget)
    except Unsayable as reason:
        return Side(case.id, door, budget, UNSAID, why=str(reason))
    except Exception as error:  # a table that breaks off would hide the other cases
        return Side(case.id, door, budget, FAILED, why=f"{type(error).__name__}: {error}")
    return Side(
        case.id,
        door,
        budget,
        found.verdict.value,
        tuple(one.cause for one in found.causes),
        round(time.perf_counter() - start, 1),
        {one.cause: one.why for one in found.not_tested},
        sentence=found.sentence,
        share=found.share,
    )


def examine_all(cases: Sequence[Case], budget: float, state: Path | None) -> Iterator[Pair]:
    """In their order; from `state` what it knows already."""
    done = remembered(state, budget)
    for case in cases:
        sides = []
        for door in DOORS:
            side = done.get((case.id, door))
            if side is None:
                side = examine(case, door, budget)
                if state:
                    with state.open("a", encoding="utf-8") as file:
                        file.write(json.dumps(asdict(side)) + "\n")
            sides.append(side)
        yield Pair(case, *sides)


def remembered(state: Path | None, budget: float) -> dict[tuple[str, str], Side]:
    """Sides of an earlier run with this budget, by case and door; of several the last."""
    text = state.read_text(encoding="utf-8") if state and state.exists() else ""
    lines = [json.loads(line) for line in text.splitlines()]
    sides = [Side(**{**line, "causes": tuple(line["causes"])}) for line in lines]
    return {(one.case, one.door): one for one in sides if one.budget == budget}


def measures(pairs: Sequence[Pair]) -> dict[str, Rate]:
    """Over the cases that PyTorch can say."""
    said = [one for one in pairs if one.torch.verdict != UNSAID]
    return {
        "same verdict": Rate.over(one.verdicts for one in said),
        "same first cause": Rate.over(one.causes for one in said),
        BOTH: Rate.over(one.verdicts and one.causes for one in said),
    }


def report(pairs: Sequence[Pair], budget: float) -> str:
    """How often both doors agree, every case, and what can't be said in PyTorch."""
    said = [one for one in pairs if one.torch.verdict != UNSAID]
    goals = [(n, judged(n, v, GOALS)[0], told(v), judged(n, v, GOALS)[1])
             for n, v in measures(pairs).items()]  # fmt: skip
    seconds = [
        f"{door} {median(getattr(one, name).seconds for one in said):.0f} s"
        for door, name in ((ENGINE, "engine"), (TORCH, "torch"))
    ]
    head = (
        f"{date.today()}, commit {commit()}, {len(said)} of {len(pairs)} cases of the corpus, "
        f"--budget {budget:g}; in the median {' and '.join(seconds)} a case."
    )
    unsaid = [f"- {one.case.id}: {one.torch.why}" for one in pairs if one not in said]
    parts = [
        "## A recipe and the same in PyTorch",
        head,
        table(("measure", "goal", "reached", ""), goals),
        table(("case", "by the engine", "first", "by PyTorch", "first", "same", "note"),
              map(row, said)),
    ]  # fmt: skip
    return "\n\n".join(
        [*parts, *(["Not said in PyTorch:\n\n" + "\n".join(unsaid)] if unsaid else [])]
    )


def row(one: Pair) -> tuple[str, ...]:
    """One case."""
    same = one.verdicts and one.causes
    return (
        one.case.id,
        one.engine.verdict,
        one.engine.first,
        one.torch.verdict,
        one.torch.first,
        "yes" if same else "NO",
        "" if same else one.note,
    )


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Is a PyTorch set-up diagnosed as its recipe is?")
    parser.add_argument("--only", default="*", help="cases whose id matches, such as 'so-*'")
    parser.add_argument("--budget", type=float, default=30.0, help="seconds for each and door")
    parser.add_argument("--state", type=Path, help="a file to go on from")
    parser.add_argument("--known", action="store_true", help="tell only what the file has")
    parser.add_argument("--write", action="store_true", help="keep the tables in RESULTS.md")
    given = parser.parse_args()
    pairs, cases = [], load_cases(CORPUS, given.only)
    if given.known:
        done = remembered(given.state, given.budget)
        cases = [case for case in cases if all((case.id, door) in done for door in DOORS)]
    for pair in examine_all(cases, given.budget, given.state):
        print(" | ".join(row(pair)), flush=True)
        pairs.append(pair)
    if not pairs:
        parser.error(f"no case matches {given.only}")
    scores = {name: [rate.hits, rate.of] for name, rate in measures(pairs).items()}
    if not given.known:
        look("corpus by both doors", given.only, len(pairs), scores)
    publish("doors", report(pairs, given.budget), given.write)


if __name__ == "__main__":
    main()
