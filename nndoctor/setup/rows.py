"""The rows to train and to validate on, filled and scaled by what the training rows say."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .. import data
from ..errors import DataError
from ..recipe import Recipe
from ..trainable import Array, Batch
from .source import clean, read_second
from .splitting import split_rows
from .target import encode, output_units


@dataclass(frozen=True)
class Prepared:
    """Rows as the network gets them, and what filled and scaled them; `rows` [N] as in `Setup`."""

    train: Batch
    validation: Batch | None
    test: Batch | None
    rows: Array
    filler: data.Filler
    features: data.Scaler
    target: data.Scaler


def prepare(
    recipe: Recipe,
    folder: Path,
    dataset: data.Dataset,
    target: data.Target,
    kind: str,
    parts: data.Parts | None = None,
    groups: Array | None = None,
) -> Prepared:
    """Training, validation and test rows, filled and scaled by what the training rows say.

    `parts`: which rows are for what; else they are split, `groups` [N] each to one side.
    """
    given = recipe.data
    dtype = np.dtype(recipe.training.dtype)
    second = None
    if isinstance(given.validation, str) and parts is None:
        second = clean(recipe, read_second(recipe, folder, given.validation, dataset))
        refuse_other_columns(dataset, second)
    labels = target.y[:, 0] if kind == "classification" else None
    split = parts or split_rows(recipe, dataset, labels, groups)
    chosen, held, tested = (np.sort(part) for part in split)  # in the order of the file
    training = data.taken(dataset.x, chosen, by_row=True)
    others = [dataset.x] if second is None else [dataset.x, second.x]
    filler = data.Filler.fit(training, dataset.origins, target.y[chosen], others)
    training = filler.apply(training, over=True)
    way = given.preprocess
    scaler = data.Scaler.fit(training, way.features, way.components, way.divisor)
    y_scaler = data.Scaler.fit(target.y[chosen], given.preprocess.target)

    def batch(x: Array, y: Array) -> Batch:
        """Of rows that are a copy already."""
        return Batch(
            scaler.apply(filler.apply(x, over=True), dtype, over=True), y_scaler.apply(y, dtype)
        )

    train = Batch(scaler.apply(training, dtype, over=True), y_scaler.apply(target.y[chosen], dtype))
    del training  # or the rows might be in memory twice for as long as the rest is read
    if not np.isfinite([train.x.min(), train.x.max()]).all():
        raise DataError(
            f"{dataset.source}: some values are too large for {dtype}",
            '--set training.dtype=float64, or preprocess.features = "standardize"',
        )
    validation, test = (
        batch(data.taken(dataset.x, part, by_row=True), target.y[part]) if len(part) else None
        for part in (held, tested)
    )
    if second is not None:
        validation = batch(second.x.copy(), _second_target(recipe, dataset, second, target, kind))
    return Prepared(train, validation, test, chosen + 1, filler, scaler, y_scaler)


def refuse_other_columns(first: data.Dataset, second: data.Dataset) -> None:
    """Raises DataError where a second file has not the columns of the first."""
    if second.columns != first.columns:
        raise DataError(
            f"{second.source} has other columns than {first.source}",
            f"expected {', '.join(first.columns[:8])}",
        )


def _second_target(
    recipe: Recipe, first: data.Dataset, second: data.Dataset, target: data.Target, kind: str
) -> Array:
    """The targets of a second file under the classes of the first, whichever of them occur."""
    if (first.y.dtype == object) == (second.y.dtype == object):
        x, y = np.zeros((len(first) + len(second), 0)), np.concatenate([first.y, second.y])
        joined = data.Dataset(x, (), y, second.targets, second.source)
        both = encode(recipe, kind, joined, output_units(recipe, kind, target))
        if both.labels == target.labels:
            return both.y[len(first) :]
    raise DataError(
        f"{second.source} has targets that {first.source} has not",
        f"expected {', '.join(target.labels[:20]) or 'numbers'}",
    )
