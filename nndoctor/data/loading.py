"""From a path to a dataset: a file is read, its columns are judged, and made into numbers."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from nndoctor.errors import DataError

from .columns import Encoded, Plan, Said, encode, plan_columns
from .dataset import Dataset
from .naming import listed
from .reading.reading import read_file, read_inputs
from .reading.table import HowToRead, Table


def read(
    path: Path, target: str | Sequence[str] | None = None, limit: int | None = None
) -> Dataset:
    """Reads a data file of which nothing is said but its target."""
    targets = (target,) if isinstance(target, str) else tuple(target or ())
    return load(path, HowToRead(limit=limit), Said(targets=targets))


def load(path: Path, how: HowToRead, said: Said) -> Dataset:
    """Reads a data file. Raises DataError where it can't be read or its columns not be used."""
    found = read_file(path, how, said.targets)
    if not isinstance(found, Table):
        return found
    return from_table(found, said)


def from_table(table: Table, said: Said) -> Dataset:
    """The columns of a table judged, and made into numbers. Raises TargetNotNamed for no target."""
    plan = plan_columns(table, said)
    return _dataset(encode(table, plan), table, plan)


def load_like(path: Path, how: HowToRead, first: Dataset) -> Dataset:
    """Another file with the columns of the first, read the way those were read."""
    found = read_file(path, _as_first(how, first.plan), first.targets)
    if not isinstance(found, Table):
        return found
    if first.plan is None:
        raise DataError(
            f"{path} is a table, {first.source} is none", "both files need to be of one kind"
        )
    return _dataset(encode(found, first.plan), found, first.plan)


def load_inputs(path: Path, how: HowToRead, plan: Plan | None, columns: Sequence[str]) -> Dataset:
    """New rows without targets, for a network that was trained on these columns."""
    found = read_inputs(path, _as_first(how, plan))
    if isinstance(found, Table) and plan is not None:
        return _dataset(encode(found, plan, answers=False), found, plan)
    if isinstance(found, Table):
        names, x = tuple(found.frame.columns), found.frame.to_numpy()
    else:
        names, x = found
    missing = [name for name in columns if name not in names]
    if missing:
        raise DataError(f"{path} has no column {listed(missing)}", f"there are {listed(names)}")
    x = x[:, [names.index(name) for name in columns]]
    unused = [name for name in names if name not in columns]
    notes = (f"ignored: column{'s' * (len(unused) > 1)} {listed(unused)}",) if unused else ()
    return Dataset(
        x.astype(np.float64), tuple(columns), np.zeros((len(x), 0)), (), str(path), notes
    )


def load_answered(
    path: Path,
    how: HowToRead,
    plan: Plan | None,
    columns: tuple[str, ...],
    targets: Sequence[str],
) -> Dataset:
    """Rows with their targets, for a network that was trained on these columns."""
    found = read_file(path, _as_first(how, plan), targets, least=1)
    if isinstance(found, Table) and plan is not None:
        ungrouped = plan.model_copy(update={"group": ""})  # groups matter to a split alone
        return _dataset(encode(found, ungrouped), found, plan)
    if isinstance(found, Table) or found.columns != columns:
        named = "no table" if plan is None else "a table"
        raise DataError(
            f"{path} has other columns than the network was trained on, which were {named}",
            f"expected {listed(columns)}",
        )
    return found


def _as_first(how: HowToRead, plan: Plan | None) -> HowToRead:
    """With the encoding of the file that was planned as the likely one."""
    return replace(how, likely="" if plan is None else plan.encoding)


def _dataset(made: Encoded, table: Table, plan: Plan) -> Dataset:
    return Dataset(
        made.x,
        made.inputs,
        made.y,
        made.targets,
        table.source,
        (*table.notes, *made.notes),
        made.origins,
        plan,
        made.groups,
        made.moments,
        made.subjects,
    )
