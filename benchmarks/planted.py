"""Healthy set-ups with faults planted, in the corpus's form: benchmarks/planted.py OUT."""

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from cases import DATA, Writer
from faults import FAULTS
from plain import Score, beyond_spread, train
from plants import Fault
from references import NEAR, STEADY
from setups import BASES, LONG, Tables, changed, long_form
from sources import Table, source
from together import Chosen, compatible, put_in, stream

from nndoctor.recipe import loads

SEEDS = (1, 2, 3)
EACH = 3  # set-ups that a fault is put into


@dataclass(frozen=True)
class Planted:
    """One fault at one strength in one set-up."""

    fault: Fault
    base: str
    strength: str

    @property
    def id(self) -> str:
        """Such as too_few_epochs-digits-1."""
        return f"{self.fault.cause}-{self.base}-{_word(self.strength)}"

    def recipe(self) -> tuple[Tables, Table]:
        """The set-up with the fault in it."""
        plant = self.fault.strengths[self.strength]
        tables, table = plant(BASES[self.base], source(self.base), stream(self.id))
        return (long_form(tables, table) if self.base in LONG else tables), table


def _word(text: str) -> str:
    return "".join(c if c.isalnum() or c in ".-+" else "_" for c in text).strip("_")


def planned(each: int = EACH, seed: int = 0) -> Iterator[Planted]:
    """Every fault in some of the set-ups it fits, at all strengths; another seed, other ones."""
    for number, fault in enumerate(FAULTS):
        bases = fault.bases.split()
        drawn = stream(f"{fault.cause} {number}{f' {seed}' * bool(seed)}").permutation(len(bases))
        drawn = drawn[:each]
        for at in sorted(drawn):
            for strength in fault.strengths:
                yield Planted(fault, bases[at], strength)


def severity(is_data: bool, sick: Sequence[Score], sound: Sequence[Score]) -> str:
    """By what plain training loses, paired by seed; "silent" where that is within the spread."""
    losses = []
    for rows in ("held", "train"):
        ours, theirs = (np.array([getattr(s, rows) for s in each]) for each in (sick, sound))
        if theirs.mean() > 0:
            losses.append((ours.mean() / theirs.mean(), beyond_spread(theirs - ours)))
    if not any(share < NEAR and beyond for share, beyond in losses):
        return "silent"
    worst = min(share for share, _ in losses)
    return "data" if is_data else "hard" if worst < STEADY else "mild"


@dataclass(frozen=True)
class Trainer:
    """Writes recipes and trains them plainly."""

    writer: Writer

    def text(self, base: str, tables: Tables, table: Table, seed: int = 0) -> str:
        """The recipe of a set-up with faults, or of the set-up itself."""
        titled = {"title": f"{base} set-up"} | changed(tables, {"training.seed": seed})
        return self.writer.recipe(titled, table)

    def scores(self, text: str) -> list[Score]:
        """From three seeds."""
        return [train(loads(text, "planted"), self.writer.out / DATA, seed) for seed in SEEDS]


def generate(out: Path, only: str = "", each: int = EACH, seed: int = 0) -> dict[str, str]:
    """Writes the cases of one fault whose id contains `only`; their severities by id."""
    trainer, found = Trainer(Writer(out)), {}
    sound = cache(lambda base: trainer.scores(trainer.text(base, BASES[base], source(base))))
    for planted in planned(each, seed):
        if only not in planted.id:
            continue
        fault = planted.fault
        text = trainer.text(planted.base, *planted.recipe(), seed)
        found[planted.id] = severity(fault.is_data, trainer.scores(text), sound(planted.base))
        title = f"{fault.cause}, {planted.strength}, in {planted.base}"
        _write(trainer.writer, planted.id, text, title, found[planted.id], [fault.cause], [fault])
    return found


def generate_together(
    out: Path, count: int, only: str = "", each: int = EACH, seed: int = 0
) -> dict[str, str]:
    """The same with so many faults of different components at once in each set-up."""
    trainer, found = Trainer(Writer(out)), {}
    for base in BASES:
        table, faults = (
            source(base),
            [f for f in FAULTS if base in f.bases.split() and not f.is_data],
        )
        for number in range(each):
            id = f"{count}-faults-{base}-{seed}-{number}"
            chosen = compatible(faults, count, BASES[base], table, stream(id))
            if only not in id or len(chosen) < count:
                continue

            def scores(some: Sequence[Chosen], base: str = base, id: str = id) -> list[Score]:
                return trainer.scores(_text(trainer, base, some, id, seed))

            found[id], causes = judged(chosen, cache(scores))
            title = "; ".join(f"{one.fault.cause}, {one.strength}" for one in chosen)
            text, all_faults = _text(trainer, base, chosen, id, seed), [one.fault for one in chosen]
            _write(trainer.writer, id, text, f"{title}, in {base}", found[id], causes, all_faults)
    return found


def judged(
    chosen: tuple[Chosen, ...], scores: Callable[[tuple[Chosen, ...]], list[Score]]
) -> tuple[str, list[str]]:
    """The severity of all faults together, and the causes that matter.

    One does not where the sick set-up is no better without it and the sound one no worse with it.
    Where the whole shows nothing, or no single one is to blame, all are named.
    """

    def spoils(some: tuple[Chosen, ...], others: tuple[Chosen, ...]) -> bool:
        return severity(False, scores(some), scores(others)) != "silent"

    whole = severity(False, scores(chosen), scores(()))
    every = [one.fault.cause for one in chosen]
    if whole == "silent":
        return whole, every
    needed = [
        one.fault.cause
        for one in chosen
        if spoils((one,), ()) or spoils(chosen, tuple(rest for rest in chosen if rest is not one))
    ]
    return whole, needed or every


def _text(trainer: Trainer, base: str, chosen: Sequence[Chosen], name: str, seed: int) -> str:
    tables, table = put_in(chosen, BASES[base], source(base), name)
    return trainer.text(base, long_form(tables, table) if base in LONG else tables, table, seed)


def _write(
    writer: Writer,
    id: str,
    text: str,
    title: str,
    severity: str,
    causes: Sequence[str],
    faults: Sequence[Fault],
) -> None:
    """What is planted besides the causes is right, too."""
    print(f"{id}: {severity}" + f", {', '.join(causes)}" * (len(faults) > 1), flush=True)
    also = [word for fault in faults for word in (fault.cause, *fault.also_right.split())]
    facts = {
        "title": title,
        "healthy": False,
        "origin": "planted-by-us",
        "severity": severity,
        "causes": list(causes),
        "also_right": [cause for cause in dict.fromkeys(also) if cause not in causes],
    }
    writer.case(id, text, facts)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, help="a folder for the cases, outside of the repository")
    parser.add_argument("--only", default="", help="cases whose id contains this")
    parser.add_argument("--each", type=int, default=EACH, help=f"set-ups a fault ({EACH})")
    parser.add_argument("--seed", type=int, default=0, help="of the choice, and of the recipes")
    parser.add_argument("--faults", type=int, default=1, help="at once, of different components")
    given = parser.parse_args()
    rest = given.only, given.each, given.seed
    if given.faults > 1:
        cases = generate_together(given.out, given.faults, *rest)
    else:
        cases = generate(given.out, *rest)
    found = list(cases.values())
    counts = ", ".join(f"{found.count(kind)} {kind}" for kind in sorted(set(found)))
    print(f"{len(found)} cases: {counts}")


if __name__ == "__main__":
    main()
