"""How a fault is put into a sound set-up: each way changes the recipe, the rows, or both."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from setups import Tables, changed, long_form
from sources import Table

from nndoctor.trainable import Array

Rng = np.random.Generator
Plant = Callable[[Tables, Table, Rng], tuple[Tables, Table]]


@dataclass(frozen=True)
class Fault:
    """One cause with ways to plant it, from weak to strong, and set-ups that it fits.

    `is_data`: no change of the recipe mends it.
    """

    cause: str
    strengths: dict[str, Plant]
    bases: str
    also_right: str = ""
    is_data: bool = False


def put(**changes: Any) -> Plant:
    """Sets keys of the recipe; two underscores stand for a dot."""
    dotted = {key.replace("__", "."): value for key, value in changes.items()}
    return lambda tables, table, rng: (changed(tables, dotted), table)


def times(place: str, *factors: float) -> dict[str, Plant]:
    """A number of the recipe multiplied, one strength a factor."""
    section, key = place.split(".")

    def by(factor: float) -> Plant:
        def plant(tables: Tables, table: Table, rng: Rng) -> tuple[Tables, Table]:
            return changed(tables, {place: tables[section][key] * factor}), table

        return plant

    return {f"times {factor:g}": by(factor) for factor in factors}


def values(place: str, *choices: Any) -> dict[str, Plant]:
    """A key of the recipe set, one strength a choice."""
    return {str(choice): put(**{place: choice}) for choice in choices}


def hidden(**keys: Any) -> Plant:
    """Keys of every hidden layer, which only the long form has."""

    def plant(tables: Tables, table: Table, rng: Rng) -> tuple[Tables, Table]:
        long = long_form(tables, table)
        *inner, last = long["model"]["layers"]
        layers = [*({**layer, **keys} for layer in inner), last]
        return changed(long, {"model.layers": layers}), table

    return plant


def on_x(change: Callable[[Array, Rng], Array], **keys: Any) -> Plant:
    """Other inputs [N, D], and keys of the recipe."""

    def plant(tables: Tables, table: Table, rng: Rng) -> tuple[Tables, Table]:
        other = replace(table, x=change(table.x, rng))
        return put(**keys)(tables, other, rng)

    return plant


def on_y(change: Callable[[Array, Rng], Array], **keys: Any) -> Plant:
    """Other targets [N, T], and keys of the recipe."""

    def plant(tables: Tables, table: Table, rng: Rng) -> tuple[Tables, Table]:
        other = replace(table, y=change(table.y, rng))
        return put(**keys)(tables, other, rng)

    return plant


def on_rows(choose: Callable[[Table, Rng], Array], **keys: Any) -> Plant:
    """Some of the rows, or in another order, by their numbers."""

    def plant(tables: Tables, table: Table, rng: Rng) -> tuple[Tables, Table]:
        return put(**keys)(tables, table.rows(choose(table, rng)), rng)

    return plant


def scaled_by(factor: float, shift: float = 0.0) -> Plant:
    """Inputs of that spread and mean, which nothing scales back."""

    def plant(tables: Tables, table: Table, rng: Rng) -> tuple[Tables, Table]:
        scaled = table.standardized()
        raw = put(data__preprocess__features="none")
        return raw(tables, replace(scaled, x=scaled.x * factor + shift), rng)

    return plant


def one_column_by(factor: float) -> Plant:
    """One input of the others' spread times `factor`, which nothing scales back."""

    def plant(tables: Tables, table: Table, rng: Rng) -> tuple[Tables, Table]:
        x = table.standardized().x.copy()
        x[:, 0] *= factor
        return put(data__preprocess__features="none")(tables, replace(table, x=x), rng)

    return plant


def shuffled(share: float) -> Plant:
    """That share of the targets changes places."""

    def change(y: Array, rng: Rng) -> Array:
        moved, y = np.flatnonzero(rng.uniform(size=len(y)) < share), y.copy()
        y[moved] = y[rng.permutation(moved)]
        return y

    return on_y(change)


def drawn(y: Array, rng: Rng) -> Array:
    """Labels by lot."""
    return rng.integers(len(np.unique(y)), size=y.shape).astype(np.float64)


def contradicted(copies: int) -> Plant:
    """Each row stands there so many times, all but once with a label by lot."""

    def plant(tables: Tables, table: Table, rng: Rng) -> tuple[Tables, Table]:
        x = np.concatenate([table.x] * copies)
        y = np.concatenate([table.y, *(drawn(table.y, rng) for _ in range(copies - 1))])
        return tables, replace(table, x=x, y=y)

    return plant


def few(count: int) -> Plant:
    """So many rows."""
    return on_rows(lambda table, rng: np.sort(rng.permutation(len(table.x))[:count]))


def rarer(share: float) -> Plant:
    """Of all classes but the first only this share stays."""

    def choose(table: Table, rng: Rng) -> Array:
        keep = (table.y[:, 0] == 0) | (rng.uniform(size=len(table.y)) < share)
        return np.flatnonzero(keep)

    return on_rows(choose)


def by_target(table: Table, rng: Rng) -> Array:
    """Sorted."""
    return np.argsort(table.y[:, 0], kind="stable")
