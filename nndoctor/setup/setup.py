"""A recipe with its data, ready to be examined."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from ..adapters.mlp import MLP
from ..recipe import Recipe
from ..trainable import Array, Batch


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
        return digest(self.text)

    @property
    def epoch_updates(self) -> int:
        """Updates in one pass over the training rows."""
        return -(-len(self.train) // min(self.recipe.training.batch_size, len(self.train)))

    @property
    def total_updates(self) -> int:
        """Updates in the whole training that the recipe asks for."""
        return self.epoch_updates * self.recipe.training.epochs


@dataclass(frozen=True)
class Part:
    """Rows as they were read: x [N, D], y [N, T] as numbers, NaN where missing, and their numbers
    in the data from 1 [N]."""

    x: Array
    y: Array
    numbers: Array


@dataclass(frozen=True)
class DataSetup:
    """A recipe with its data as they were read, whether or not they can be trained on.

    `setup` is what training would make of them without the incomplete rows; where it can't be
    built it is None and `refused` says why.
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
    refused: str
    words: tuple[str, ...]
    argument: str = ""
    folder: Path = Path()
    is_default: bool = False

    @property
    def sha256(self) -> str:
        """The digest of the recipe's text."""
        return digest(self.text)


def digest(text: str) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def described(setup: Setup) -> tuple[str, ...]:
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
