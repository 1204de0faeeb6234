"""Joins a recipe with its data: the one place that knows recipe, data and adapters."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from .. import data
from ..adapters.mlp import MLP, Dense, Unit
from ..errors import Mistake, RecipeError
from ..recipe import Layer, Recipe, not_yet, resolve_layers
from ..trainable import Task
from .rows import batches, read
from .setup import Setup, described
from .target import encode, output_units, refuse_unfit, task_of


def build(
    recipe: Recipe, name: str, text: str, folder: Path = Path(), dataset: data.Dataset | None = None
) -> Setup:
    """Joins a recipe with its data; relative paths in it start at `folder`."""
    if missing := not_yet(recipe):
        raise RecipeError.of(
            Mistake(f"{name}: {key} is not there yet in this version", "leave it out for now")
            for key in missing
        )
    dataset = dataset or read(recipe, folder)
    dataset = data.check_finite(dataset, recipe.data.drop_missing)
    guessed, why = data.guess_task(dataset)
    kind = recipe.data.task or guessed
    words = [*dataset.notes] if recipe.data.task else [*dataset.notes, f"{kind}: {why}"]
    target = encode(recipe, kind, dataset)
    layers = resolve_layers(recipe, output_units(recipe, kind, target))
    refuse_unfit(recipe, name, kind, target, layers[-1].units)
    target = encode(recipe, kind, dataset, layers[-1].units)
    task = task_of(recipe, kind, target, layers[-1])
    train, validation, rows = batches(recipe, folder, dataset, target, kind)
    setup = Setup(
        recipe, name, text, _mlp(recipe, task, dataset.x.shape[1], layers), train, validation, rows,
        (), name, folder,
    )  # fmt: skip
    return replace(setup, words=(*described(setup), *words))


def with_recipe(setup: Setup, recipe: Recipe) -> Setup:
    """The same data and task under a recipe with another model, optimizer or schedule."""
    task, inputs = setup.trainable.task, setup.trainable.inputs
    layers = resolve_layers(recipe, task.outputs)
    return replace(setup, recipe=recipe, trainable=_mlp(recipe, task, inputs, layers))


def _mlp(recipe: Recipe, task: Task, inputs: int, layers: tuple[Layer, ...]) -> MLP:
    stages = {"weight_decay", "clip_value", "clip_norm"}
    settings = recipe.optimizer.model_dump(
        exclude={"name", "learning_rate", *stages}, exclude_none=True
    )
    schedule = recipe.schedule.model_dump(exclude={"name", "per", "warmup"}, exclude_none=True)
    return MLP(
        task=task,
        inputs=inputs,
        layers=tuple(
            Dense(
                units=layer.units,
                activation=Unit(layer.activation.name, layer.activation.args),
                init=Unit(layer.init.name, layer.init.args),
                bias=layer.bias,
                bias_init=Unit(layer.bias_init.name, layer.bias_init.args),
                dropout=layer.dropout,
                l1=layer.l1,
                l2=layer.l2,
            )
            for layer in layers
        ),
        optimizer=Unit(recipe.optimizer.name),
        optimizer_settings={name: float(value) for name, value in settings.items()},
        rate=recipe.optimizer.learning_rate,
        schedule=recipe.schedule.name,
        schedule_settings=schedule,
        schedule_per_epoch=recipe.schedule.per == "epoch",
        batch_size=recipe.training.batch_size,
        shuffle=recipe.training.shuffle,
        max_norm=recipe.regularization.max_norm,
        ema=recipe.training.ema,
        dtype=np.dtype(recipe.training.dtype),
        **recipe.optimizer.model_dump(include=stages),
    )
