"""Joins a recipe with its data: the one place that knows recipe, data and adapters."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from .. import data
from ..adapters.dense import Dense, Unit
from ..adapters.full_batch import METHODS
from ..adapters.mlp import MLP
from ..adapters.moved import Moved
from ..adapters.newton import refuse_large
from ..errors import Mistake, RecipeError
from ..limits import place, refuse_beyond
from ..recipe import Layer, Recipe, resolve_layers
from ..trainable import Batch, Task
from .images import moved_images
from .prior import prior_bias
from .rows import prepare
from .setup import Setup, described
from .source import clean, read
from .splitting import kept_together, split_words
from .start import Start, read_start, started
from .target import (
    class_weights,
    encode,
    for_units,
    odd_targets,
    output_units,
    refuse_unfit,
    task_of,
)

FITTED_TO = 512  # rows that weights are scaled by where init or weight_norm asks for it
MOVING = ("dropout", "training.noise", "a schedule")  # change what signs of gradients tell
SIGNS = "rprop"  # compares gradients from update to update, so each has to be of all rows


def build(
    recipe: Recipe,
    name: str,
    text: str,
    folder: Path = Path(),
    dataset: data.Dataset | None = None,
    parts: data.Parts | None = None,
    start: Start | None = None,
) -> Setup:
    """Joins a recipe with its data; relative paths in it start at `folder`.

    `parts`: which rows are for what, in place of the split that the recipe asks for. `start`: what
    `model.weights` names, where it is in no file.
    """
    _refuse_contradictions(recipe, name)
    dataset = clean(recipe, dataset or read(recipe, folder))
    guessed, why = data.guess_task(dataset)
    kind = recipe.data.task or guessed
    words = [*dataset.notes] if recipe.data.task else [*dataset.notes, f"{kind}: {why}"]
    target = encode(recipe, kind, dataset)
    layers = resolve_layers(recipe, output_units(recipe, kind, target))
    refuse_unfit(recipe, name, kind, target, layers[-1].units)
    target = for_units(recipe, kind, target, layers[-1].units)
    task = task_of(recipe, kind, target, layers[-1])
    groups = kept_together(recipe, dataset) if parts is None else None
    ready = prepare(recipe, folder, dataset, target, kind, parts, groups)
    if recipe.model.weights is not None and start is None:
        start = read_start(place(folder, recipe.model.weights))
    moved = moved_images(recipe, dataset.columns, ready.features)
    network = mlp(recipe, task, layers, ready.train, start, moved)
    setup = Setup(
        recipe,
        name,
        text,
        network,
        ready.train,
        ready.validation,
        ready.rows,
        ready.features,
        ready.target,
        dataset.columns,
        (),
        name,
        folder,
        test=ready.test,
        filler=ready.filler,
        origins=dataset.origins,
        plan=dataset.plan,
        start=start,
    )
    if start is not None and recipe.model.weights is not None:
        words.append(start.words)
    if parts is None:
        words += split_words(recipe, dataset, groups)
    return replace(setup, words=(*described(setup), *words, *odd_targets(task, ready.train.y)))


def with_recipe(setup: Setup, recipe: Recipe) -> Setup:
    """The same data and task under a recipe with another model, optimizer or schedule."""
    task = setup.trainable.task
    layers = resolve_layers(recipe, task.outputs)
    moved = moved_images(recipe, setup.columns, setup.features)
    made = mlp(recipe, task, layers, setup.train, setup.start, moved)
    return replace(setup, recipe=recipe, trainable=made)


def _refuse_contradictions(recipe: Recipe, name: str) -> None:
    """Raises RecipeError where two keys can't both be followed."""
    optimizer, training, model = recipe.optimizer, recipe.training, recipe.model
    mistakes = []
    stopping = training.early_stopping
    if stopping is not None and stopping.asks_validation and not recipe.data.validation:
        mistakes.append(
            Mistake(
                f"{name}: training.early_stopping without validation rows",
                "data.validation = 0.2 holds some back",
            )
        )
    if training.ensemble.checkpoints > training.epochs:
        mistakes.append(
            Mistake(
                f"{name}: {training.ensemble.checkpoints} checkpoints of {training.epochs} epochs",
                "training.ensemble.checkpoints is at most training.epochs",
            )
        )
    noise = {
        "dropout": model.dropout or any(layer.dropout for layer in model.layers or ()),
        "training.noise": training.noise.on,
        "rate_scale": any(layer.rate_scale != 1 for layer in model.layers or ()),
        "training.accumulate": training.accumulate > 1,
        "training.ema": training.ema,
        "a schedule": recipe.schedule.name != "constant" or recipe.schedule.warmup,
        "regularization.max_norm": recipe.regularization.max_norm,
        "optimizer.weight_decay": optimizer.weight_decay,
        "optimizer.clip_value": optimizer.clip_value,
        "optimizer.clip_norm": optimizer.clip_norm,
    }
    mistakes += [
        Mistake(
            f"{name}: {what} with optimizer {optimizer.name}",
            "it needs the same objective in every update; leave one of them out",
        )
        for what, on in noise.items()
        if on and (optimizer.name in METHODS or (optimizer.name == SIGNS and what in MOVING))
    ]
    if mistakes:
        raise RecipeError.of(mistakes)


def mlp(
    recipe: Recipe,
    task: Task,
    layers: tuple[Layer, ...],
    train: Batch,
    start: Start | None = None,
    moved: Moved | None = None,
) -> MLP:
    """The network of a recipe; of the training rows it takes the width and the class shares.

    `start`: what its `model.weights` names; `moved`: how its rows are moved as images.
    """
    inputs = train.x.shape[1]
    stages, name = {"weight_decay", "clip_value", "clip_norm"}, recipe.optimizer.name
    settings = recipe.optimizer.model_dump(
        exclude={"name", "learning_rate", *stages}, exclude_none=True
    )
    schedule = recipe.schedule.model_dump(exclude={"name", "per", "warmup"}, exclude_none=True)
    weights = class_weights(recipe, task, train)
    known = layers[-1].bias_init.name == "prior"
    prior = prior_bias(task, layers[-1], train.y, weights) if known else ()
    dense = tuple(part for layer in layers for part in _dense(recipe, layer))
    made = MLP(
        task=task,
        inputs=inputs,
        layers=_input_norm(recipe, inputs) + dense,
        optimizer=Unit(name),
        optimizer_settings={name: float(value) for name, value in settings.items()},
        rate=recipe.optimizer.learning_rate,
        schedule=recipe.schedule.name,
        schedule_settings=schedule,
        schedule_per_epoch=recipe.schedule.per == "epoch",
        warmup=recipe.schedule.warmup,
        epochs=recipe.training.epochs,
        batch_size=len(train) if name == SIGNS else recipe.training.batch_size,
        shuffle=recipe.training.shuffle,
        max_norm=recipe.regularization.max_norm,
        ema=recipe.training.ema,
        dtype=np.dtype(recipe.training.dtype),
        loss_settings=() if recipe.loss.delta is None else (recipe.loss.delta,),
        loss_scale=recipe.loss.scale,
        smoothing=recipe.loss.label_smoothing,
        class_weights=weights,
        weighed_by_rows=recipe.loss.weighted_mean == "rows",
        prior=prior,
        noise=recipe.training.noise.input_std,
        moved=moved,
        parts=recipe.training.accumulate,
        sample=train.sample(FITTED_TO).x if any(layer.fitted for layer in dense) else None,
        **recipe.optimizer.model_dump(include=stages),
    )
    refuse_large(name, made.parameters)
    refuse_beyond(
        made.bytes_needed(len(train)),
        f"a network of {made.layout.parameters} parameters under {name}",
        "fewer units or layers, or a smaller training.batch_size",
    )
    if start is None or recipe.model.weights is None:
        return made
    return started(made, start, layers)


def _dense(recipe: Recipe, layer: Layer) -> tuple[Dense, ...]:
    """A layer, and a norm after its activation as another one that has no linear map."""
    bias_init = Unit(layer.bias_init.name, layer.bias_init.args)
    whole = Dense(
        units=layer.units,
        activation=Unit(layer.activation.name, layer.activation.args),
        init=Unit(layer.init.name, layer.init.args),
        bias=layer.bias,
        bias_init=Unit("zeros") if layer.bias_init.name == "prior" else bias_init,
        dropout=layer.dropout,
        scale_at_test=recipe.model.dropout_kind == "vanilla",
        norm=layer.norm,
        norm_settings=_norm_settings(recipe, layer.norm),
        l1=layer.l1,
        l2=layer.l2,
        lq=recipe.regularization.lq.strength,
        q=recipe.regularization.lq.q,
        gain=layer.init_gain,
        rate_scale=layer.rate_scale,
        weight_norm=layer.weight_norm,
    )
    if not layer.norm or layer.place == "before_activation":
        return (whole,)
    norm = replace(_norm(recipe, layer.norm, layer.units), rate_scale=layer.rate_scale)
    if layer.place == "after_activation":
        norm = replace(norm, dropout=layer.dropout, scale_at_test=whole.scale_at_test)
        whole = replace(whole, dropout=0.0)
    return replace(whole, norm=""), norm


def _input_norm(recipe: Recipe, inputs: int) -> tuple[Dense, ...]:
    """A batch norm on the inputs is a layer without a linear map."""
    return (_norm(recipe, "batch_norm", inputs),) if recipe.model.input_batch_norm else ()


def _norm(recipe: Recipe, name: str, units: int) -> Dense:
    """Of this name alone."""
    settings = _norm_settings(recipe, name)
    plain = Dense(units, Unit("linear"), Unit("zeros"), False, norm=name, linear=False)
    return replace(plain, norm_settings=settings)


def _norm_settings(recipe: Recipe, name: str) -> tuple[float, ...]:
    """Of a norm of this name, as the engine orders them."""
    if name != "batch_norm":
        return (0.0, recipe.model.norm.eps, 0.0) if name else ()
    norm = recipe.model.norm
    return norm.momentum, norm.eps, float(norm.unbiased)
