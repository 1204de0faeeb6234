"""A recipe with its data, ready to be examined."""

import hashlib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

from ..adapters.mlp import MLP
from ..data import Dataset, Filler, Plan, Scaler
from ..limits import place
from ..recipe import Recipe
from ..trainable import Array, Batch, LayerPlan
from ..training import Course
from .start import Start

MANY = 3  # layers of one width, more of which are counted and not listed


def anything(recipe: Recipe) -> bool:
    """What a recipe's own user can write: each of them."""
    return True


@dataclass(frozen=True)
class Setup:
    """A recipe with its data, ready to be examined.

    `rows` [N] are the numbers of the training rows in the data, counted from 1; `words` are facts
    a reader should be told; `text` is the recipe as TOML; `argument` is how the user named it.
    `features` and `target` prepare new rows, and turn what the network says back into the data's
    units; `columns` are the inputs as they were read, `origins` the columns of the file that they
    were made of, and `plan` what each of those is taken for (None where the data are no table);
    `filler` fills their gaps. `only`: codes of the checks that count, None for all.
    `test`: rows that neither training nor any decision sees. `dataset`: all rows as they were
    given, where they are in no file. `start`: the weights that `model.weights` names.
    """

    recipe: Recipe
    name: str
    text: str
    trainable: MLP
    train: Batch
    validation: Batch | None
    rows: Array
    features: Scaler
    target: Scaler
    columns: tuple[str, ...]
    words: tuple[str, ...]
    argument: str = ""
    folder: Path = Path()
    is_default: bool = False
    only: frozenset[str] | None = None
    test: Batch | None = None
    filler: Filler | None = None
    origins: tuple[str, ...] = ()
    plan: Plan | None = None
    dataset: Dataset | None = field(default=None, repr=False, compare=False)
    start: Start | None = field(default=None, repr=False, compare=False)

    @property
    def sha256(self) -> str:
        """The digest of the recipe's text."""
        return digest(self.text)

    @property
    def says(self) -> Callable[[Recipe], bool]:
        """Whether its user can write another recipe in its place."""
        return anything

    def beside(self, recipe: Path) -> Mapping[str, tuple[Path, Mapping[str, Any]]]:
        """Files of arrays that a recipe at this place needs, by the key that names them."""
        return {}

    @property
    def seed(self) -> int:
        """Of every random draw."""
        return self.recipe.training.seed

    @property
    def settings(self) -> Mapping[str, Mapping[str, Any]]:
        """Of checks, by code."""
        return self.recipe.checks

    @property
    def optimizer(self) -> str:
        """What it is called."""
        return self.recipe.optimizer.name

    @property
    def runs(self) -> int:
        """How many networks are trained."""
        return self.recipe.training.ensemble.runs

    @property
    def checkpoints(self) -> int:
        """How many states of each count as members of an ensemble."""
        return self.recipe.training.ensemble.checkpoints

    @property
    def inputs(self) -> tuple[Path, ...]:
        """The files that the data are read from."""
        data = self.recipe.data
        named = (data.path, data.validation, data.test, self.recipe.model.weights)
        return tuple(place(self.folder, one) for one in named if isinstance(one, str))

    @property
    def epoch_updates(self) -> int:
        """Updates in one pass over the training rows; the last one may end in the next pass."""
        if self.trainable.full_batch:
            return 1
        batches = -(-len(self.train) // min(self.trainable.batch_size, len(self.train)))
        return -(-batches // self.recipe.training.accumulate)

    @property
    def total_updates(self) -> int:
        """Updates in the whole training that the recipe asks for."""
        return self.epoch_updates * self.recipe.training.epochs

    def layer_plans(self) -> tuple[LayerPlan, ...]:
        """The layers as they are planned."""
        mlp = self.trainable
        return tuple(
            LayerPlan(
                name=name,
                inputs=inputs,
                units=layer.units,
                activation=layer.activation.name,
                init=layer.init.name,
                bias=layer.bias,
                dropout=layer.dropout,
                norm=layer.norm,
                is_output=layer is mlp.layers[-1],
                fitted=layer.fitted,
                linear=layer.linear,
            )
            for name, inputs, layer in zip(mlp.names, mlp.layout.widths, mlp.layers, strict=False)
        )

    def course(self, budget: float = math.inf, look_every: int = 0) -> Course:
        """How the whole run goes that the recipe asks for; `budget` in seconds."""
        training = self.recipe.training
        stopping, checkpoints = training.early_stopping, training.ensemble.checkpoints
        return Course(
            epochs=training.epochs,
            epoch_updates=self.epoch_updates,
            validate_every=training.validate_every,
            patience=stopping.patience if stopping else 0,
            min_delta=stopping.min_delta if stopping else 0.0,
            watch=stopping.watch if stopping else "validation_loss",
            budget=budget,
            snapshots=checkpoints if checkpoints > 1 else 0,
            break_off=training.break_off,
            look_every=look_every,
        )


@dataclass(frozen=True)
class Part:
    """Rows as they were read: x [N, D], y [N, T] as numbers, NaN where missing, and their numbers
    in the data from 1 [N]; `moments` [N] in seconds, where a column holds dates; `subjects`: codes
    [N] of what rows are about, by column."""

    x: Array
    y: Array
    numbers: Array
    moments: Array | None = None
    subjects: Mapping[str, Array] = field(default_factory=dict)


@dataclass(frozen=True)
class DataSetup:
    """A recipe with its data as they were read, whether or not they can be trained on.

    `setup` is what training would make of them without the incomplete rows, with a sample of its
    training rows where they are many; `answers` are the targets of all of them. Where it can't be
    built both are None and `refused` says why. `way`: how rows are held out, at random, by group or
    by time; `together`: equal rows are kept on one side.
    """

    recipe: Recipe
    name: str
    text: str
    kind: str
    columns: tuple[str, ...]
    targets: tuple[str, ...]
    labels: tuple[str, ...]
    train: Part
    validation: Part | None
    test: Part | None
    setup: Setup | None
    answers: Array | None
    refused: str
    words: tuple[str, ...]
    way: str = "random"
    together: bool = False
    origins: tuple[str, ...] = ()
    plan: Plan | None = None
    argument: str = ""
    folder: Path = Path()
    is_default: bool = False
    only: frozenset[str] | None = None

    @property
    def sha256(self) -> str:
        """The digest of the recipe's text."""
        return digest(self.text)

    @property
    def seed(self) -> int:
        """Of every random draw."""
        return self.recipe.training.seed

    @property
    def settings(self) -> Mapping[str, Mapping[str, Any]]:
        """Of checks, by code."""
        return self.recipe.checks


def digest(text: str) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def features_of(setup: Setup) -> str:
    """How many features there are, and how many inputs are made of them."""
    inputs, marks = len(setup.features.shift), len(setup.filler.flags) if setup.filler else 0
    columns = len(dict.fromkeys(setup.origins)) or inputs - marks
    made = setup.trainable.inputs
    told = f"{columns} feature{'s' * (columns > 1)}"
    if made != inputs:
        return f"{made} components of {told}"
    return told if made == columns else f"{told} as {made} inputs"


def _repeated(width: int, times: int) -> str:
    return f"{times}x{width}" if times > MANY else "-".join([str(width)] * times)


def described(setup: Setup) -> tuple[str, ...]:
    """The set-up in two lines."""
    recipe, task, mlp = setup.recipe, setup.trainable.task, setup.trainable
    source = recipe.data.path or f"generator {recipe.data.generator}"
    held = f", {len(setup.validation)} to validate" if setup.validation else ""
    held += f", {len(setup.test)} to test" if setup.test else ""
    kind = f"{len(task.labels)} classes" if task.kind == "classification" else task.kind
    rows = f"{source}: {len(setup.train)} rows to train{held}, {features_of(setup)}, {kind}"
    if 0 < len(task.labels) <= 10 and any(not label.isdigit() for label in task.labels):
        rows += f" ({', '.join(task.labels)})"
    layers = [layer for layer in mlp.layers if layer.linear]
    places = groupby([mlp.inputs, *(layer.units for layer in layers)])
    widths = "-".join(_repeated(width, len([*same])) for width, same in places)
    hidden = list(dict.fromkeys(layer.activation.name for layer in layers[:-1]))
    rate = "" if mlp.full_batch else f" at {recipe.optimizer.learning_rate:g}"
    net = (
        f"network {widths} {'/'.join(hidden)}, {task.loss}, {recipe.optimizer.name}{rate}, "
        f"{recipe.training.epochs} epoch{'s' * (recipe.training.epochs > 1)} of "
        f"{setup.epoch_updates} update{'s' * (setup.epoch_updates > 1)}"
    )
    words = [rows, net]
    if recipe.training.batch_size > len(setup.train):
        words.append(
            f"batch_size {recipe.training.batch_size} is more than the {len(setup.train)} training "
            "rows: every update uses all of them"
        )
    return tuple(words)
