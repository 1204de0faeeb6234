"""A network on disk with all that is needed to go on training it, or to ask it about new rows."""

import hashlib
import json
import os
import shlex
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from ..adapters.mlp import MLP
from ..adapters.network import Network
from ..adapters.restoring import refuse_snapshot, restore
from ..data import Dataset, Filler, HowToRead, Plan, Scaler, listed, load_inputs
from ..errors import DataError, UsageError
from ..recipe import Recipe, differences, loads, resolve_layers
from ..scores import from_probabilities, predicted, probabilities
from ..spelling import similar_files
from ..trainable import Array, Batch, Task
from ..training import Checkpoint, Ending, Progress, intact, load_checkpoint, save_checkpoint
from ..version import __version__
from .building import mlp
from .setup import Setup

_FREE: Any = {"title": True, "checks": True, "data": {"path"}, "training": {"epochs", "metrics"}}
NAMED = 3  # keys that differ


def save_network(
    path: Path, setup: Setup, seed: int, network: Network, progress: Progress, ending: Ending | None
) -> None:
    """Writes an .npz; what training goes on from, the recipe, and how rows are prepared."""
    about = {
        "version": __version__,
        "recipe": setup.text,
        "task": asdict(setup.trainable.task),
        "inputs": setup.trainable.inputs,
        "columns": setup.columns,
        "plan": None if setup.plan is None else setup.plan.model_dump(mode="json"),
        "seed": seed,
        "data": _digest(setup),
        "regularised": network.regularised,
    }
    more = {
        f"{kind}.{name}": array
        for kind, scaler in (("features", setup.features), ("target", setup.target))
        for name, array in scaler.arrays().items()
    }
    filler = setup.filler or Filler.fit(setup.train.x[:0])
    more |= {f"filler.{name}": array for name, array in filler.arrays().items()}
    save_checkpoint(path, Checkpoint(network.state(), progress, ending, about, more))


def _written(value: Any) -> str:
    return "not set" if value is None else json.dumps(value, default=str, ensure_ascii=False)


def resume_network(path: Path, setup: Setup, seed: int) -> tuple[Network, Progress]:
    """A network in the state it was saved in; refused where the set-up is another one.

    The progress of a run that has nothing to go on with says how it ended.
    """
    saved = load_checkpoint(path)
    with intact(path):
        about = _About.model_validate_json(json.dumps(saved.about))
        before = loads(about.recipe, str(path))
    if about.seed != seed:
        raise UsageError(
            f"{path} was trained from seed {about.seed}, now it is {seed}", f"--seed {about.seed}"
        )
    changed = differences(before, setup.recipe, _FREE)
    if changed:
        told = [f"{key} was {_written(was)}, now {_written(now)}" for key, was, now in changed]
        more = f", and {len(told) - NAMED} more keys differ" if len(told) > NAMED + 1 else ""
        shown = "; ".join(told[:NAMED] if more else told)
        raise UsageError(
            f"{path} was trained by another recipe: {shown}{more}",
            "only training.epochs may differ when a run goes on",
        )
    if about.data != _digest(setup):
        raise DataError(
            f"{path} was trained on other rows than {setup.name} has now",
            "a run goes on only with the same data, split and preparation",
        )
    with intact(path):
        network = _network(setup.trainable, saved, about)
        if len(network.order) not in (0, len(setup.train)):
            raise ValueError("the order is of other rows")
    ended, enough = saved.ending, before.training.epochs < setup.recipe.training.epochs
    if ended is not None and not (ended.can_go_on or (ended is Ending.COMPLETED and enough)):
        return network, replace(saved.progress, ended=ended)
    if setup.trainable.full_batch:
        raise UsageError(
            f"{path} was trained by {setup.recipe.optimizer.name}, which can't be resumed",
            "it models the surface from update to update; train again with more epochs",
        )
    return network, saved.progress


@dataclass(frozen=True)
class SavedModel:
    """A trained network for new rows, with the preparation that was fitted to its training rows.

    `source`: the file it was read from.
    """

    recipe: Recipe
    task: Task
    columns: tuple[str, ...]
    network: Network
    features: Scaler
    target: Scaler
    filler: Filler
    plan: Plan | None = None
    source: str = ""

    @property
    def labels(self) -> tuple[str, ...]:
        """The label of each class; outputs beyond those of the data have their number."""
        given = self.task.labels
        return given + tuple(str(number) for number in range(len(given), self.task.outputs))

    def read(self, path: Path, encoding: str = "") -> Dataset:
        """Rows of a file, its columns found by name; raises DataError where one is missing.

        Text that is not UTF-8 is read as the training rows were, if nothing is said.
        """
        return load_inputs(path, HowToRead(encoding=encoding), self.plan, self.columns)

    def outputs(self, x: Array) -> Array:
        """What the last layer puts out for x [B, D], in the order of `columns`.

        Raises DataError for another number of columns, and for values that are not finite where
        training saw no gap.
        """
        return self.network.outputs(self._prepared(x))

    def averaged(self, x: Array, samples: int, seed: int = 0) -> tuple[Array, Array]:
        """Outputs that stand for the mean answer under random dropout masks, and how far answers
        move: standard deviations; [B, K] each.

        Of probabilities, or of numbers, whose deviations are in the data's unit (Gal & Ghahramani
        2016, arXiv:1506.02142). Raises UsageError for a network without dropout.
        """
        if not any(layer.dropout for layer in self.network.setup.layers):
            raise UsageError("the network has no dropout to sample from", "train it with dropout")
        drawn = self.network.monte_carlo(self._prepared(x), samples, seed)
        each = np.stack([probabilities(self.task, outputs) for outputs in drawn])
        mean = from_probabilities(self.task, each.mean(axis=0, dtype=np.float64))
        if self.task.kind == "regression":
            each = np.stack([self.target.invert(values) for values in each])
        return mean, np.asarray(each.std(axis=0))

    def numbers(self, outputs: Array) -> Array:
        """Outputs of a regression [B, T] in the units of the data."""
        return self.target.invert(probabilities(self.task, outputs))

    def probabilities(self, x: Array) -> Array:
        """The same as probabilities of the classes or labels."""
        return probabilities(self.task, self.outputs(x))

    def predict(self, x: Array) -> Array:
        """Labels [B], labels switched on [B, K] for multi-label, or numbers [B, T].

        Raises DataError where the network answers with NaN or infinity in place of a label.
        """
        return self.decoded(self.outputs(x))

    def decoded(self, outputs: Array) -> Array:
        """The same of outputs [B, K] that are there already."""
        if self.task.kind == "regression":
            return self.numbers(outputs)
        bad = np.flatnonzero(~np.isfinite(outputs).all(axis=1))
        if len(bad):
            raise DataError(
                f"the network's answer to row {bad[0] + 1} is not finite",
                "its training broke, or the row is far from all it was trained on",
            )
        classes = predicted(self.task, outputs)
        return classes if self.task.kind == "multilabel" else np.array(self.labels)[classes]

    def _prepared(self, x: Array) -> Batch:
        x = np.asarray(x, np.float64)
        if x.ndim != 2 or x.shape[1] != len(self.columns):
            raise DataError(
                f"rows of shape {x.shape} for {len(self.columns)} columns",
                f"the network was trained on {listed(self.columns)}",
            )
        x = self.filler.apply(x)
        bad = np.argwhere(~np.isfinite(x))
        if len(bad):
            row, column = bad[0]
            names = self.columns if self.plan is None else self.plan.origins
            held = "no value" if np.isnan(x[row, column]) else "inf"
            raise DataError(
                f"column '{names[column]}' has {held} in row {row + 1}",
                "training saw no gap in that column: leave such rows out",
            )
        return Batch(self.features.apply(x, self.network.setup.dtype), np.zeros((len(x), 1)))


def load_model(path: str | Path) -> SavedModel:
    """Reads a network that `nndoctor train --save` wrote; with early stopping its best epoch."""
    _refuse_other_kinds(Path(path))
    saved = load_checkpoint(Path(path))
    with intact(Path(path)):
        about = _About.model_validate_json(json.dumps(saved.about))
        recipe, task = loads(about.recipe, str(path)), about.task
        layers = resolve_layers(recipe, task.outputs)
        if (layers[-1].units, layers[-1].activation.name) != (task.outputs, task.output_activation):
            raise ValueError("the task is of another network")
        # Of the rows only their width matters, for the parameters are loaded.
        row = Batch(np.zeros((1, about.inputs)), np.zeros((1, 1)))
        network = _network(mlp(recipe, task, layers, row), saved, about)
        if saved.progress.best_arrays:
            network.load(saved.progress.best_arrays)
        return replace(_model(recipe, about, network, saved.more), source=str(path))


def _refuse_other_kinds(path: Path) -> None:
    """Says what a file is that is no network, and what is one where there is none."""
    named = shlex.quote(str(path))
    if not os.path.exists(path):  # pathlib raises where a name is too long
        networks = sorted(file.name for file in path.parent.glob("*.npz"))
        writes = "nndoctor train RECIPE --save model.npz writes one"
        raise DataError(f"there is no file {path}", similar_files(path, networks) or writes)
    if path.suffix == ".toml":
        raise DataError(
            f"{path} is a recipe, not a trained network",
            f"nndoctor train {named} --save {shlex.quote(path.stem)}.npz makes one of it",
        )
    if path.suffix in (".csv", ".tsv", ".parquet", ".xlsx"):
        raise DataError(
            f"{path} is data, not a trained network",
            f"the network comes first: nndoctor predict MODEL.npz {named}",
        )


class _About(BaseModel):
    """What `save_network` notes beside the network."""

    model_config = ConfigDict(strict=True, extra="forbid")

    version: str
    recipe: str
    task: Task
    inputs: Annotated[int, Field(ge=1)]
    columns: tuple[str, ...]
    plan: Any
    seed: Annotated[int, Field(ge=0)]
    data: str
    regularised: bool


def _network(setup: MLP, saved: Checkpoint, about: _About) -> Network:
    """In the state it was saved in. Raises ValueError or KeyError where the arrays don't fit."""
    theta = saved.network["theta"]
    if theta.shape != (setup.layout.parameters,):  # before room is made for the rest
        raise ValueError("theta is of another network")
    network, progress = Network(setup, about.seed, theta), saved.progress
    network.regularised = about.regularised
    broken = progress.first_bad is not None
    restore(network, saved.network, broken)
    if not 0 <= progress.updates - network.updates <= 1 or not (broken or progress.epochs):
        raise ValueError("the losses are of another run")
    for arrays in (progress.best_arrays, *progress.kept.values()):
        if arrays or arrays is not progress.best_arrays:
            refuse_snapshot(network, arrays, broken)
    return network


def _model(
    recipe: Recipe, about: _About, network: Network, more: Mapping[str, Array]
) -> SavedModel:
    def held(kind: str) -> dict[str, Array]:
        known = {k: v for k, v in more.items() if k.startswith(f"{kind}.")}
        return {k.removeprefix(f"{kind}."): v for k, v in known.items()}

    parts = {kind: held(kind) for kind in ("features", "target", "filler")}
    if sum(map(len, parts.values())) != len(more):
        raise ValueError("there are other arrays than a model has")
    features, target = (Scaler.from_arrays(parts[kind]) for kind in ("features", "target"))
    filler = Filler.from_arrays(parts["filler"])
    widths = len(about.columns), len(filler.values) + len(filler.flags), features.width
    if widths != (len(filler.values), len(features.shift), about.inputs):
        raise ValueError("columns, scaling and inputs are of different widths")
    if recipe.data.preprocess.target != target.kind or (
        about.task.kind == "regression" and target.width != about.task.outputs
    ):
        raise ValueError("the target is scaled in another way")
    plan = None if about.plan is None else Plan.model_validate(about.plan)
    return SavedModel(recipe, about.task, about.columns, network, features, target, filler, plan)


def _digest(setup: Setup) -> str:
    """Of the rows as the network gets them."""
    digest = hashlib.sha256()
    for batch in (setup.train, setup.validation):
        for array in () if batch is None else (batch.x, batch.y):
            digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()[:16]
