"""ND119: a number that was given out is told from one that was measured."""

import numpy as np
import pytest

from nndoctor.checks.data.identifier_columns import Candidates, IdentifierColumns, Numbered
from nndoctor.findings import Status

from .tables import SEEDS, normal, rows, table

OK, NOTE, WARNING = Status.OK, Status.NOTE, Status.WARNING


def numbered(seed, kind, n=300):
    """So many numbers given out one a row."""
    rng = np.random.default_rng(seed)
    given = {
        "row number": lambda: np.arange(n),
        "backwards": lambda: np.arange(n)[::-1],
        "shuffled": lambda: rng.permutation(n) + 1,
        "tens": lambda: 10 * np.arange(n) + 7,
        "with holes": lambda: np.sort(rng.choice(4 * n, n, replace=False)) + 10_000,
        "customers": lambda: rng.choice(15 * n, n, replace=False) + 15_565_701,
        "hourly": lambda: 1_300_000_000 + 3600 * np.arange(n),
    }
    return given[kind]().astype(float)


KINDS = ["row number", "backwards", "shuffled", "tens", "with holes", "customers", "hourly"]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind", KINDS)
def test_numbers_given_out_are_found_whatever_their_order(seed, kind):
    x, y = normal(seed)
    x[:, 2] = numbered(seed, kind)
    found = IdentifierColumns().examine(table(x, y))
    assert (found.status, found.where.column) == (WARNING, "x2")
    ordered = kind in ("row number", "backwards", "tens", "with holes", "hourly")
    assert ("counting up" in found.message) == ordered


@pytest.mark.parametrize("seed", SEEDS)
def test_the_rows_of_all_parts_are_numbered_together(seed):
    x, y = normal(seed, 400)
    x[:, 0] = np.arange(400)
    x[7, 0] = np.nan  # and a few were lost, or copied
    x[9, 0] = 10
    held = np.random.default_rng(seed).random(400) < 0.4
    part = rows(x[held], y[held])
    assert IdentifierColumns().examine(table(x[~held], y[~held], validation=part)).status is WARNING


MEASURED = {
    "counts": lambda rng, n: rng.poisson(4, n),
    "ages": lambda rng, n: rng.integers(18, 90, n),
    "whole prices": lambda rng, n: np.floor(np.exp(rng.normal(12, 0.4, n))),
    "populations": lambda rng, n: np.floor(np.exp(rng.normal(9, 2, n))),
    "sorted whole weights": lambda rng, n: np.sort(rng.normal(4000, 800, n).round()),
    "a grid": lambda rng, n: np.linspace(0, 1, n),
    "sorted floats": lambda rng, n: np.sort(rng.normal(size=n)),
    "years": lambda rng, n: np.sort(rng.integers(1900, 2020, n)),
    "drawn from many": lambda rng, n: rng.integers(0, n**2, n),
    "empty": lambda rng, n: np.full(n, np.nan),
}


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("n", [30, 300, 3000])
@pytest.mark.parametrize("kind", MEASURED)
def test_measured_numbers_are_none(seed, n, kind):
    x, y = normal(seed, n)
    x[:, 2] = MEASURED[kind](np.random.default_rng(seed), n)
    assert IdentifierColumns().examine(table(x, y)).status is OK


def test_the_only_feature_and_ranks_are_none():
    y = np.sin(np.arange(300) / 20)
    only = table(np.arange(300)[:, None], y, "regression")
    assert IdentifierColumns().examine(only).status is Status.SKIP
    ranks = np.argsort(np.argsort(normal(0)[0], axis=0), axis=0)
    assert IdentifierColumns().examine(table(ranks, y, "regression")).status is OK


def test_what_was_asked_for_is_only_noted_and_what_was_set_aside_named():
    x, y = normal(0)
    x[:, 1] = np.arange(300)
    found = IdentifierColumns().examine(table(x, y, forced=("x1",)))
    assert (found.status, "as requested" in found.message) == (NOTE, True)
    aside = table(*normal(0), set_aside=("Id",))
    assert IdentifierColumns().examine(aside).message.endswith("set aside: 'Id'")


def test_inputs_made_of_one_column_are_no_number_of_their_own():
    x, y = normal(0)
    x[:, 1] = np.arange(300)
    made = table(x, y, origins=("a", "day", "day", "b", "c"))
    assert IdentifierColumns().examine(made).status is OK


@pytest.mark.parametrize(
    ("distinct", "chance", "status"),
    [(95, 1e-6, WARNING), (94, 1e-6, OK), (95, 3e-4, OK), (100, np.nan, WARNING)],
)
def test_judging(distinct, chance, status):
    one = Numbered("a", 100, distinct, 100.0, chance, 0.0)
    assert IdentifierColumns().judge(Candidates((one,), 4)).status is status
