"""From a recipe or a data file to a set-up that checks can work on: the place that knows all."""

import hashlib
import os
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import numpy as np

from . import data
from .adapters.mlp import MLP, Dense, Unit
from .errors import DataError, Mistake, RecipeError, UsageError
from .recipe import Layer, Recipe, default_recipe, load, loads, not_yet, resolve_layers, to_toml
from .recipe.overriding import read_override
from .trainable import Array, Batch, Task


@dataclass(frozen=True)
class Setup:
    """A recipe with its data, ready to be examined.

    `rows` [N] are the numbers of the training rows in the data, counted from 1; `words` are facts
    a reader should be told; `text` is the recipe as TOML; `argument` is how the user named it.
    """

    recipe: Recipe
    name: str
    text: str
    trainable: MLP
    train: Batch
    validation: Batch | None
    rows: Array
    words: tuple[str, ...]
    argument: str = ""
    folder: Path = Path()
    is_default: bool = False

    @property
    def sha256(self) -> str:
        """The digest of the recipe's text."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def epoch_updates(self) -> int:
        """Updates in one pass over the training rows."""
        return -(-len(self.train) // min(self.recipe.training.batch_size, len(self.train)))

    @property
    def total_updates(self) -> int:
        """Updates in the whole training that the recipe asks for."""
        return self.epoch_updates * self.recipe.training.epochs


def open_setup(
    source: str | Path, target: str | Sequence[str] | None = None, overrides: tuple[str, ...] = ()
) -> Setup:
    """Reads a recipe, or a data file for which a sound default recipe is chosen.

    Raises NNDoctorError with all mistakes of the first stage that finds any.
    """
    path = Path(source)
    targets = (target,) if isinstance(target, str) else tuple(target or ())
    if path.suffix.lower() in (".toml", ".yaml", ".yml", ".json"):
        if targets:
            raise UsageError(
                f"--target {targets[0]} beside a recipe",
                f"--set data.target={targets[0]} changes the recipe",
            )
        loaded = load(path, overrides)
        text = to_toml(loaded.recipe) if overrides else loaded.text
        setup = build(loaded.recipe, str(source), text, loaded.folder)
    else:
        setup = _open_data(path, str(source), targets, overrides)
    told = [("--target", name) for name in targets] + [("--set", change) for change in overrides]
    words = (str(source), *(word for pair in told for word in pair))
    return replace(setup, argument=shlex.join(words))


def _open_data(
    path: Path, source: str, targets: tuple[str, ...], overrides: tuple[str, ...]
) -> Setup:
    """A data file under the default recipe for what it holds."""
    changes = {change.place: change.value for change in map(read_override, overrides)}
    for key, hint in (("path", "name the other file"), ("target", "--target names the column")):
        if ("data", key) in changes:
            raise UsageError(f"--set data.{key} beside a data file", hint)
    limit = changes.get(("data", "limit"))
    limit = limit if type(limit) is int and limit > 0 else None  # else the recipe refuses it
    dataset = data.read(path, list(targets) or None, limit=limit)
    drop = changes.get(("data", "drop_missing")) is True
    kind, why = data.guess_task(data.check_finite(dataset, drop))
    guess = f"{kind}: {why}"
    wanted = str(changes.get(("data", "task")))
    kind = wanted if wanted in DEFAULT_LOSS else kind
    target = targets[0] if len(targets) == 1 else targets or None
    text = default_recipe(source, target, cast("Any", kind))
    recipe = loads(text, "the default recipe", overrides)
    text = to_toml(recipe) if overrides else text
    setup = build(recipe, "the default recipe", text, Path(), dataset)
    words = (*setup.words, guess) if guess.startswith(setup.trainable.task.kind) else setup.words
    return replace(setup, words=words, is_default=True)


def build(
    recipe: Recipe, name: str, text: str, folder: Path = Path(), dataset: data.Dataset | None = None
) -> Setup:
    """Joins a recipe with its data; relative paths in it start at `folder`."""
    if missing := not_yet(recipe):
        raise RecipeError.of(
            Mistake(f"{name}: {key} is not there yet in this version", "leave it out for now")
            for key in missing
        )
    dataset = dataset or _read(recipe, folder)
    dataset = data.check_finite(dataset, recipe.data.drop_missing)
    guessed, why = data.guess_task(dataset)
    kind = recipe.data.task or guessed
    words = [*dataset.notes] if recipe.data.task else [*dataset.notes, f"{kind}: {why}"]
    encoding = _encoding(recipe, kind)
    target = data.encode_target(dataset, kind, encoding, recipe.data.classes)
    outputs = _outputs(recipe, kind, encoding, target)
    layers = resolve_layers(recipe, outputs)
    _check_fit(recipe, name, kind, encoding, target, layers)
    if layers[-1].units == 1 and encoding == "class":  # one number says which of two classes
        encoding = "numeric"
        target = data.encode_target(dataset, kind, encoding, recipe.data.classes)
    task = _task(recipe, kind, encoding, target, layers)
    train, validation, rows = _batches(recipe, folder, dataset, target, kind)
    setup = Setup(
        recipe, name, text, _mlp(recipe, task, dataset.x.shape[1], layers), train, validation, rows,
        (), name, folder,
    )  # fmt: skip
    return replace(setup, words=(*_described(setup), *words))


def with_recipe(setup: Setup, recipe: Recipe) -> Setup:
    """The same data and task under a recipe with another model, optimizer or schedule."""
    task, inputs = setup.trainable.task, setup.trainable.inputs
    layers = resolve_layers(recipe, task.outputs)
    return replace(setup, recipe=recipe, trainable=_mlp(recipe, task, inputs, layers))


def _read(recipe: Recipe, folder: Path) -> data.Dataset:
    given = recipe.data
    if given.generator is not None:
        return data.generate(
            given.generator, n=given.n, d=given.d, classes=given.classes, noise=given.noise,
            seed=given.seed or 0,
        )  # fmt: skip
    return _read_file(recipe, folder, str(given.path), given.limit)


def _read_file(recipe: Recipe, folder: Path, path: str, limit: int | None) -> data.Dataset:
    target = recipe.data.target
    columns = list(target) if isinstance(target, tuple) else target
    return data.read(folder / Path(path).expanduser(), columns, limit=limit)


def _encoding(recipe: Recipe, kind: str) -> str:
    if kind != "classification":
        return "numeric"
    chosen = recipe.data.target_encoding
    if chosen is None and recipe.model.layers and recipe.model.layers[-1].units == 1:
        return "numeric"
    if chosen is None and recipe.loss.name == "binary_cross_entropy" and not recipe.model.layers:
        return "numeric"
    return "numeric" if chosen == "numeric" else "class"


def _outputs(recipe: Recipe, kind: str, encoding: str, target: data.Target) -> int:
    if recipe.model.layers is not None:
        return recipe.model.layers[-1].units
    if kind == "classification":
        return len(target.labels) if encoding == "class" else 1
    return int(target.y.shape[1])


def _check_fit(
    recipe: Recipe, name: str, kind: str, encoding: str, target: data.Target,
    layers: tuple[Layer, ...],
) -> None:  # fmt: skip
    units, classes, columns = layers[-1].units, len(target.labels), target.y.shape[1]
    where = f"{name}: the output layer has {units} unit{'s' * (units > 1)}"
    if encoding == "class":
        exact = recipe.data.target_encoding == "one-hot"
        if (units < classes and not (units == 1 and classes == 2)) or (exact and units != classes):
            raise RecipeError(
                f"{where}, the target has {classes} classes", f"units = {classes} fits them"
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


def _task(
    recipe: Recipe, kind: str, encoding: str, target: data.Target, layers: tuple[Layer, ...]
) -> Task:
    loss = recipe.loss.name or DEFAULT_LOSS[kind]
    if recipe.loss.name is None and kind == "classification" and layers[-1].units == 1:
        loss = "binary_cross_entropy"
    return Task(
        kind=cast("Any", kind),
        loss=loss,
        outputs=layers[-1].units,
        from_logits=recipe.loss.from_logits,
        reduction=recipe.loss.reduction,
        encoding=cast("Any", encoding),
        labels=target.labels,
        values=target.values,
        output_activation=layers[-1].activation.name,
    )


def _batches(
    recipe: Recipe, folder: Path, dataset: data.Dataset, target: data.Target, kind: str
) -> tuple[Batch, Batch | None, Array]:
    """Training and validation rows, scaled by what the training rows say."""
    given = recipe.data
    dtype = np.dtype(recipe.training.dtype)
    shares = [s if isinstance(s, float) else 0.0 for s in (given.validation, given.test)]
    labels = target.y[:, 0] if kind == "classification" else None
    seed = recipe.training.seed
    chosen, held, _ = data.split(len(dataset), shares[0], shares[1], seed, labels)
    chosen, held = np.sort(chosen), np.sort(held)  # in the order of the file
    scaler = data.Scaler.fit(dataset.x[chosen], given.preprocess.features)
    y_scaler = data.Scaler.fit(target.y[chosen], given.preprocess.target)

    def batch(x: Array, y: Array) -> Batch:
        return Batch(scaler.apply(x, dtype), y_scaler.apply(y, dtype))

    train = batch(dataset.x[chosen], target.y[chosen])
    if not np.isfinite(train.x).all():
        raise DataError(
            f"{dataset.source}: some values are too large for {dtype}",
            '--set training.dtype=float64, or preprocess.features = "standardize"',
        )
    validation = batch(dataset.x[held], target.y[held]) if len(held) else None
    if isinstance(given.validation, str):
        second = _read_file(recipe, folder, given.validation, None)
        second = data.check_finite(second, given.drop_missing)
        if second.columns != dataset.columns:
            raise DataError(
                f"{given.validation} has other columns than {given.path}",
                f"expected {', '.join(dataset.columns[:8])}",
            )
        validation = batch(second.x, _second_target(recipe, dataset, second, target, kind))
    return train, validation, chosen + 1


def _second_target(
    recipe: Recipe, first: data.Dataset, second: data.Dataset, target: data.Target, kind: str
) -> Array:
    """The targets of a second file under the classes of the first, whichever of them occur."""
    if (first.y.dtype == object) == (second.y.dtype == object):
        x, y = np.zeros((len(first) + len(second), 0)), np.concatenate([first.y, second.y])
        joined = data.Dataset(x, (), y, second.targets, second.source)
        encoding = "numeric" if target.values or kind != "classification" else "class"
        both = data.encode_target(joined, kind, encoding, recipe.data.classes)
        if both.labels == target.labels:
            return both.y[len(first) :]
    raise DataError(
        f"{second.source} has targets that {first.source} has not",
        f"expected {', '.join(target.labels[:20]) or 'numbers'}",
    )


def _mlp(recipe: Recipe, task: Task, inputs: int, layers: tuple[Layer, ...]) -> MLP:
    settings = recipe.optimizer.model_dump(
        exclude={"name", "learning_rate", "weight_decay", "clip_norm"}, exclude_none=True
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
        dtype=np.dtype(recipe.training.dtype),
    )


def _described(setup: Setup) -> tuple[str, ...]:
    """The set-up in two lines."""
    recipe, task, mlp = setup.recipe, setup.trainable.task, setup.trainable
    source = recipe.data.path or f"generator {recipe.data.generator}"
    held = f", {len(setup.validation)} to validate" if setup.validation else ""
    kind = f"{len(task.labels)} classes" if task.kind == "classification" else task.kind
    rows = f"{source}: {len(setup.train)} rows to train{held}, {mlp.inputs} features, {kind}"
    if 0 < len(task.labels) <= 10 and any(not label.isdigit() for label in task.labels):
        rows += f" ({', '.join(task.labels)})"
    widths = "-".join(str(width) for width in mlp.layout.widths)
    hidden = list(dict.fromkeys(layer.activation.name for layer in mlp.layers[:-1]))
    net = (
        f"network {widths} {'/'.join(hidden)}, {task.loss}, {recipe.optimizer.name} at "
        f"{recipe.optimizer.learning_rate:g}, {recipe.training.epochs} epochs of "
        f"{setup.epoch_updates} updates"
    )
    words = [rows, net]
    if recipe.training.batch_size > len(setup.train):
        words.append(
            f"batch_size {recipe.training.batch_size} is more than the {len(setup.train)} training "
            "rows: every update uses all of them"
        )
    return tuple(words)


def save_recipe(setup: Setup, path: Path) -> None:
    """Writes the recipe as it was used; its data path becomes relative to the new place."""
    import tomlkit

    document = tomlkit.parse(setup.text)  # keeps the comments
    for key in ("path", "validation", "test"):
        written = getattr(setup.recipe.data, key)
        if isinstance(written, str):
            found = (setup.folder / Path(written).expanduser()).resolve()
            document["data"][key] = Path(os.path.relpath(found, path.resolve().parent)).as_posix()
    path.write_text(tomlkit.dumps(document), encoding="utf-8")
