"""Several faults in one set-up: which go together, and all of them put in."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from plants import Fault, Rng
from setups import Tables
from sources import Table

from nndoctor.data import Dataset
from nndoctor.data.naming import numbered
from nndoctor.diagnosis.causes import CAUSES
from nndoctor.errors import NNDoctorError
from nndoctor.recipe import build as build_recipe
from nndoctor.setup import build

Placed = tuple[Tables, Table]


@dataclass(frozen=True, eq=False)  # so that it can be a key
class Chosen:
    """One fault at one strength."""

    fault: Fault
    strength: str

    @property
    def part(self) -> str:
        """The component that it sits in."""
        return CAUSES[self.fault.cause].component or "rows"


def stream(text: str) -> Rng:
    """Random numbers of their own for each name, whatever else is generated."""
    return np.random.default_rng(int(hashlib.sha256(text.encode()).hexdigest()[:12], 16))


def put_in(chosen: Sequence[Chosen], tables: Tables, table: Table, name: str) -> Placed:
    """All faults; one that is left out changes nothing of the others."""
    for one in chosen:
        plant = one.fault.strengths[one.strength]
        tables, table = plant(tables, table, stream(f"{name} {one.fault.cause}"))
    return tables, table


def compatible(
    faults: Sequence[Fault], count: int, tables: Tables, table: Table, rng: Rng
) -> tuple[Chosen, ...]:
    """So many at random, each of another component and in other keys, which can be run together.

    Fewer where there are no more.
    """
    chosen: tuple[Chosen, ...] = ()
    touched: set[str] = set()
    for at in rng.permutation(len(faults)):
        one = Chosen(faults[at], str(rng.choice(list(faults[at].strengths))))
        if len(chosen) == count or one.part in {other.part for other in chosen}:
            continue
        hit = _touched((tables, table), put_in([one], tables, table, "alone"))
        more = (*chosen, one)
        if hit and not hit & touched and runs(*put_in(more, tables, table, "together")):
            chosen, touched = more, touched | hit
    return chosen


def runs(tables: Tables, table: Table) -> bool:
    """Whether the recipe can be trained on these rows."""
    names = (table.target,) if isinstance(table.target, str) else tuple(table.target)
    rows = Dataset(table.x, numbered("x", table.x.shape[1]), table.y, names, table.name)
    given = {"path": table.name, "target": table.target, "task": table.task}
    try:
        recipe = build_recipe({**tables, "data": given | tables.get("data", {})})
        build(recipe, table.name, "", Path(), rows)
    except NNDoctorError:
        return False
    return True


def _touched(before: Placed, after: Placed) -> set[str]:
    """The keys of the recipe that differ, with x and y where rows do."""
    old, new = dict(_flat(before[0])), dict(_flat(after[0]))
    keys = {key for key in old.keys() | new.keys() if old.get(key) != new.get(key)}
    rows = {
        name
        for name in ("x", "y")
        if not np.array_equal(getattr(before[1], name), getattr(after[1], name))
    }
    return keys | rows


def _flat(tables: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in tables.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", value
