"""Healthy set-ups with one fault planted, in the corpus's form: benchmarks/planted.py OUT."""

import argparse
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from cases import DATA, Writer
from faults import FAULTS
from plain import Score, beyond_spread, train
from plants import Fault, Rng
from references import NEAR, STEADY
from setups import BASES, LONG, Tables, changed, long_form
from sources import Table, source

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
        tables, table = plant(BASES[self.base], source(self.base), _rng(self.id))
        return (long_form(tables, table) if self.base in LONG else tables), table


def _word(text: str) -> str:
    return "".join(c if c.isalnum() or c in ".-+" else "_" for c in text).strip("_")


def _rng(text: str) -> Rng:
    """A stream of its own for each name, whatever else is generated."""
    return np.random.default_rng(int(hashlib.sha256(text.encode()).hexdigest()[:12], 16))


def planned(each: int = EACH, seed: int = 0) -> Iterator[Planted]:
    """Every fault in some of the set-ups it fits, at all strengths; another seed, other ones."""
    for number, fault in enumerate(FAULTS):
        bases = fault.bases.split()
        drawn = _rng(f"{fault.cause} {number}{f' {seed}' * bool(seed)}").permutation(len(bases))
        drawn = drawn[:each]
        for at in sorted(drawn):
            for strength in fault.strengths:
                yield Planted(fault, bases[at], strength)


def severity(fault: Fault, sick: list[Score], sound: list[Score]) -> str:
    """By what plain training loses, paired by seed; "silent" where that is within the spread."""
    losses = []
    for rows in ("held", "train"):
        ours, theirs = (np.array([getattr(s, rows) for s in each]) for each in (sick, sound))
        losses.append((ours.mean() / theirs.mean(), beyond_spread(theirs - ours)))
    worst = min(share for share, _ in losses)
    if not any(share < NEAR and beyond for share, beyond in losses):
        return "silent"
    return "data" if fault.is_data else "hard" if worst < STEADY else "mild"


def generate(out: Path, only: str = "", each: int = EACH, seed: int = 0) -> dict[str, str]:
    """Writes the cases whose id contains `only`; their severities by id."""
    writer, sound, found = Writer(out), {}, {}
    for planted in planned(each, seed):
        if only not in planted.id:
            continue
        base, fault = planted.base, planted.fault
        if base not in sound:
            text = writer.recipe(BASES[base], source(base))
            sound[base] = [train(loads(text, base), out / DATA, seed) for seed in SEEDS]
        tables, table = planted.recipe()
        title = f"{fault.cause}, {planted.strength}, in {base}"
        tables = changed(tables, {"training.seed": seed})
        text = writer.recipe({"title": f"{base} set-up"} | tables, table)
        sick = [train(loads(text, planted.id), out / DATA, seed) for seed in SEEDS]
        found[planted.id] = severity(fault, sick, sound[base])
        print(f"{planted.id}: {found[planted.id]}", flush=True)
        facts = {
            "title": title,
            "healthy": False,
            "origin": "planted-by-us",
            "severity": found[planted.id],
            "causes": [fault.cause],
            "also_right": [c for c in dict.fromkeys(fault.also_right.split()) if c != fault.cause],
        }
        writer.case(planted.id, text, facts)
    return found


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, help="a folder for the cases, outside of the repository")
    parser.add_argument("--only", default="", help="cases whose id contains this")
    parser.add_argument("--each", type=int, default=EACH, help=f"set-ups a fault ({EACH})")
    parser.add_argument("--seed", type=int, default=0, help="of the choice, and of the recipes")
    given = parser.parse_args()
    found = list(generate(given.out, given.only, given.each, given.seed).values())
    counts = ", ".join(f"{found.count(kind)} {kind}" for kind in sorted(set(found)))
    print(f"{len(found)} cases: {counts}")


if __name__ == "__main__":
    main()
