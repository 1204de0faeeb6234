"""What is to be learned, by which loss, and whether the output layer can hold it."""

from collections.abc import Iterator
from typing import Any, cast

import numpy as np

from .. import data
from ..errors import RecipeError
from ..recipe import Layer, Recipe
from ..trainable import Array, Batch, Task

SUM_ERROR = 1e-3  # what rounding to three digits leaves


def encoding_of(recipe: Recipe, kind: str) -> str:
    """ "class" for class numbers, which one-hot rows are stored as too, else "numeric"."""
    numeric = kind != "classification" or recipe.data.target_encoding == "numeric"
    return "numeric" if numeric else "class"


def encode(
    recipe: Recipe, kind: str, dataset: data.Dataset, units: int | None = None
) -> data.Target:
    """The target as the loss reads it; on one output unit two classes are the numbers 0 and 1."""
    encoding = encoding_of(recipe, kind)
    return for_units(
        recipe, kind, data.encode_target(dataset, kind, encoding, recipe.data.classes), units
    )


def for_units(recipe: Recipe, kind: str, target: data.Target, units: int | None) -> data.Target:
    """The same as so many output units learn it."""
    if encoding_of(recipe, kind) == "class" and units == 1:
        return data.Target(target.y.astype(np.float64), target.labels, (0.0, 1.0))
    return target


def output_units(recipe: Recipe, kind: str, target: data.Target) -> int:
    """How many the last layer has: as the recipe says, or as the target needs."""
    if recipe.model.layers is not None:
        return recipe.model.layers[-1].units
    if encoding_of(recipe, kind) == "numeric":
        return int(target.y.shape[1])
    yes_or_no = recipe.loss.name == "binary_cross_entropy" and len(target.labels) == 2
    return 1 if yes_or_no and recipe.data.target_encoding is None else len(target.labels)


def refuse_unfit(recipe: Recipe, name: str, kind: str, target: data.Target, units: int) -> None:
    """Raises RecipeError where the output layer can't hold the target."""
    classes, columns = len(target.labels), target.y.shape[1]
    where = f"{name}: the output layer has {units} unit{'s' * (units > 1)}"
    if encoding_of(recipe, kind) == "class":
        exact = recipe.data.target_encoding == "one-hot"
        if (units < classes and not (units == 1 and classes == 2)) or (exact and units != classes):
            more = ', or target_encoding = "numeric" for one number' * (units == 1)
            raise RecipeError(
                f"{where}, the target has {classes} classes", f"units = {classes} fits them{more}"
            )
    elif units != columns:
        what = "number a row" if columns == 1 else "numbers a row"
        more = ' (target_encoding = "class" for one unit a class)' * (kind == "classification")
        raise RecipeError(f"{where}, the target {columns} {what}", f"units = {columns} fits{more}")
    if kind != "regression" and recipe.data.preprocess.target != "none":
        raise RecipeError(
            f"{name}: data.preprocess.target = {recipe.data.preprocess.target!r} scales classes",
            "only the target of a regression is scaled",
        )


DEFAULT_LOSS = {
    "classification": "cross_entropy",
    "multilabel": "binary_cross_entropy",
    "regression": "mse",
}


def default_loss(kind: str, outputs: int) -> str:
    """What is minimised where a recipe does not name a loss."""
    one = kind == "classification" and outputs == 1
    return "binary_cross_entropy" if one else DEFAULT_LOSS[kind]


def task_of(recipe: Recipe, kind: str, target: data.Target, output: Layer) -> Task:
    """What the checks are told of the target and the loss."""
    loss = recipe.loss.name or default_loss(kind, output.units)
    return Task(
        kind=cast("Any", kind),
        loss=loss,
        outputs=output.units,
        from_logits=recipe.loss.from_logits,
        reduction=recipe.loss.reduction,
        encoding="numeric" if target.values else cast("Any", encoding_of(recipe, kind)),
        labels=target.labels,
        values=target.values,
        output_activation=output.activation.name,
        delta=recipe.loss.delta or 1.0,
    )


def odd_targets(task: Task, y: Array) -> Iterator[str]:
    """What a reader should know of targets [N, T] that the loss takes, but was not made for."""
    if task.encoding != "numeric":
        return
    low, high, sums = y.min(), y.max(), y.sum(axis=1, dtype=np.float64)
    if task.loss == "binary_cross_entropy" and not (low >= 0 and high <= 1):
        yield f"targets run from {low:g} to {high:g}: binary cross-entropy is meant for 0 to 1"
    if task.loss == "kl_divergence" and not (low >= 0 and np.abs(sums - 1).max() < SUM_ERROR):
        yield (
            f"targets of a row sum to {sums.min():g} to {sums.max():g}, the smallest is {low:g}: "
            "KL divergence is meant for probabilities that sum to 1"
        )


def class_weights(recipe: Recipe, task: Task, train: Batch) -> tuple[float, ...]:
    """One weight a class, none where all classes count alike."""
    given = recipe.loss.class_weights
    if given is None:
        return ()
    if task.kind != "classification" or not (
        task.encoding == "class" or task.values == tuple(range(len(task.values)))
    ):
        raise RecipeError(
            f"loss.class_weights for a target that is {task.kind} as {task.encoding} values",
            'weights need classes: task = "classification" with target_encoding = "class"',
        )
    if given != "balanced":
        if len(given) != len(task.labels):
            raise RecipeError(
                f"loss.class_weights has {len(given)} numbers, not {len(task.labels)}",
                f"one each for {', '.join(task.labels[:20])}",
            )
        return given
    counts = np.bincount(train.y[:, 0].astype(np.int64), minlength=len(task.labels))
    shares = len(train) / (len(task.labels) * np.maximum(counts, 1))
    return tuple(float(share) for share in shares)
