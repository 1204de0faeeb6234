"""Samples of a population: a table of a known law, the default recipe, and faults put into it."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from cases import Writer
from faults import FAULTS
from laws import LAWS, Law, law
from plants import Fault, Rng
from setups import BASES, Tables, table_of
from sources import CLASSES, Table
from together import compatible, put_in, stream

from nndoctor import api

FEWEST, MOST = 100, 600  # rows of a table
FAULTY = {0: 0.4, 1: 0.3, 2: 0.2, 3: 0.1}  # shares of samples by how many faults are planted
RARE = 6  # rows that each class has at least


@dataclass(frozen=True)
class Sample:
    """One table of a law with the default recipe, and what was planted."""

    id: str
    law: Law
    sound: Table
    table: Table
    tables: Tables
    sound_tables: Tables
    faults: tuple[str, ...]


def draw(number: int, seed: int, folder: Path) -> Sample:
    """The sample of that number; laws take turns, all else is random."""
    name = list(LAWS)[number % len(LAWS)]
    rng = stream(f"population {seed} {number}")
    drawn = law(name, rng)
    rows = _rows(drawn, int(rng.integers(FEWEST, MOST + 1)), rng)
    tables = _default(folder, rows)
    count = int(rng.choice(list(FAULTY), p=list(FAULTY.values())))
    chosen = compatible(_fitting(drawn.task), count, tables, rows, rng)
    sick, sick_rows = put_in(chosen, tables, rows, f"{seed} {number}")
    id = f"{number:03d}-{name}-{len(rows.x)}"
    names = tuple(f"{one.fault.cause}, {one.strength}" for one in chosen)
    return Sample(id, drawn, rows, sick_rows, sick, tables, names)


def _rows(drawn: Law, count: int, rng: Rng) -> Table:
    """A table in which no class is all but missing."""
    while True:
        rows = drawn.table(count, rng)
        if rows.task != CLASSES or np.unique(rows.y, return_counts=True)[1].min() >= RARE:
            return rows


def _default(folder: Path, rows: Table) -> Tables:
    """What `nndoctor checkup table.csv --target y` makes of a table."""
    tables = tomllib.loads(api.load_setup(Writer(folder).data(rows), "y").text)
    for key in ("path", "target", "task"):
        tables["data"].pop(key, None)
    return tables


def _fitting(task: str) -> list[Fault]:
    """Faults of this task that a change of the recipe mends."""
    tasks = {name: table_of(name).task for name in BASES}
    return [
        fault
        for fault in FAULTS
        if not fault.is_data and task in {tasks[base] for base in fault.bases.split()}
    ]
