"""Which rows are trained on and which are held out: at random, by group, or by time."""

import math

import numpy as np

from ..checks.measures.column_profile import profiled
from ..checks.measures.row_coincidence import by_chance, of_few_kinds
from ..data import Dataset, Parts, equal_rows, split, split_by_time, split_last
from ..errors import RecipeError
from ..recipe import Recipe
from ..trainable import Array

# So many times as many repeats as independent columns would give are put down to chance: few,
# for keeping rows together does little harm where they do repeat by chance.
DEPENDENCE = 10.0
IN_ORDER = ("time", "last")  # ways that hold out what comes last


def way_of(recipe: Recipe, dataset: Dataset) -> str:
    """How rows are split: as the recipe says, else by its group, by time, or at random."""
    given = recipe.data
    if given.split is not None:
        return given.split
    if given.group is not None:
        return "group"
    return "random" if dataset.moments is None else "time"


def split_rows(
    recipe: Recipe, dataset: Dataset, labels: Array | None, groups: Array | None
) -> Parts:
    """The parts of a dataset; labels [N] are classes whose shares all parts keep.

    `groups` [N] as `kept_together` gives them.
    """
    given = recipe.data
    held, tested = (s if isinstance(s, float) else 0.0 for s in (given.validation, given.test))
    way = way_of(recipe, dataset)
    if way == "time":
        moments = np.arange(len(dataset)) if dataset.moments is None else dataset.moments
        return split_by_time(moments.astype(np.float64), held, tested)
    if way == "last":
        return split_last(len(dataset), held, tested)
    return split(len(dataset), held, tested, recipe.training.seed, labels, groups)


def kept_together(recipe: Recipe, dataset: Dataset) -> Array | None:
    """Groups [N] of rows that belong on one side of a split; None where each row is on its own."""
    way = way_of(recipe, dataset)
    if way in IN_ORDER:
        return None
    if way == "group":
        if dataset.groups is None:
            raise RecipeError(
                'split = "group" without a group', "--group COLUMN names what holds rows together"
            )
        return dataset.groups
    together = recipe.data.keep_equal_rows_together
    if together is None:
        return repeats(dataset.x)
    return equal_rows(dataset.x) if together else None


def repeats(x: Array) -> Array | None:
    """Groups [N] of equal rows of x [N, D]; None where no row repeats but by coincidence.

    Rows that repeat by chance, in columns of few values, will also repeat among those that a
    network is used on.
    """
    groups = equal_rows(x)
    kinds = len(np.unique(groups))
    if kinds == len(x) or kinds < 2:
        return None
    columns = [*profiled(x, [""] * x.shape[1])]
    chance = by_chance(columns, math.comb(len(x), 2), len(x) - kinds, DEPENDENCE)
    return None if chance or of_few_kinds(columns, kinds, len(x)) else groups


def split_words(recipe: Recipe, dataset: Dataset, groups: Array | None) -> tuple[str, ...]:
    """What a reader should know of a split that is not plainly random."""
    given = recipe.data
    if not given.validation and not given.test:
        return ()
    way = way_of(recipe, dataset)
    if way == "last":  # somebody asked for it
        return ("held out are the last rows as they stand",)
    if way == "time":
        plan = dataset.plan
        clock = plan.clock_of_dates if plan else None
        beside = f" with '{clock.name}'" if clock else ""
        dated = plan.dated if plan else ""
        by = f"by time ('{dated}'{beside})" if dated else "in the order of the file"
        return (f"held out are the last rows {by}; --split random draws rows instead",)
    if way == "group":
        return (f"rows of one '{given.group}' are kept on one side of each split",)
    if groups is None:
        return ()
    more = len(groups) - len(np.unique(groups))
    rows = "1 row repeats another" if more == 1 else f"{more} rows repeat others"
    return (f"{rows}; equal rows are kept on one side of each split",)
