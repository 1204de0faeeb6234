"""A network on disk with all that is needed to go on training it, or to ask it about new rows."""

import hashlib
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ..adapters.network import Network
from ..data import Dataset, Filler, Plan, Scaler, listed, load_inputs
from ..errors import DataError, Mistake, UsageError
from ..recipe import Recipe, loads, resolve_layers
from ..scores import predicted, probabilities
from ..trainable import Array, Batch, Task
from ..training import Checkpoint, Ending, Progress, load_checkpoint, save_checkpoint
from ..version import __version__
from .building import mlp
from .setup import Setup

_FREE: Any = {"title": True, "checks": True, "data": {"path"}, "training": {"epochs"}}


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


def resume_network(path: Path, setup: Setup, seed: int) -> tuple[Network, Progress]:
    """A network in the state it was saved in; refused where the set-up is another one.

    The progress of a run that has nothing to go on with says how it ended.
    """
    saved = load_checkpoint(path)
    before = loads(saved.about["recipe"], str(path))
    if saved.about["seed"] != seed:
        raise UsageError(
            f"{path} was trained from seed {saved.about['seed']}, now it is {seed}",
            f"--seed {saved.about['seed']}",
        )
    changed = _differences(before, setup.recipe)
    if changed:
        told = [
            f"{path} was trained with {key} = {was}, now it is {now}" for key, was, now in changed
        ]
        hint = "only training.epochs may differ when a run goes on"
        raise UsageError.of([*map(Mistake, told[:-1]), Mistake(told[-1], hint)])
    if saved.about["data"] != _digest(setup):
        raise DataError(
            f"{path} was trained on other rows than {setup.name} has now",
            "a run goes on only with the same data, split and preparation",
        )
    network = setup.trainable.fresh(seed)
    network.load(saved.network)
    network.regularised = saved.about["regularised"]
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
    """A trained network for new rows, with the preparation that was fitted to its training rows."""

    recipe: Recipe
    task: Task
    columns: tuple[str, ...]
    network: Network
    features: Scaler
    target: Scaler
    filler: Filler
    plan: Plan | None = None

    @property
    def labels(self) -> tuple[str, ...]:
        """The label of each class; outputs beyond those of the data have their number."""
        given = self.task.labels
        return given + tuple(str(number) for number in range(len(given), self.task.outputs))

    def read(self, path: Path) -> Dataset:
        """Rows of a file, its columns found by name; raises DataError where one is missing."""
        return load_inputs(path, self.plan, self.columns)

    def outputs(self, x: Array) -> Array:
        """What the last layer puts out for x [B, D], in the order of `columns`.

        Raises DataError for another number of columns, and for values that are not finite where
        training saw no gap.
        """
        return self.network.outputs(self._prepared(x))

    def spread(self, x: Array, samples: int, seed: int = 0) -> Array:
        """How far answers move under random dropout masks: standard deviations [B, K].

        Of probabilities, or of numbers in the data's unit (Gal & Ghahramani 2016,
        arXiv:1506.02142). Raises UsageError for a network without dropout.
        """
        if not any(layer.dropout for layer in self.network.setup.layers):
            raise UsageError("the network has no dropout to sample from", "train it with dropout")
        drawn = self.network.monte_carlo(self._prepared(x), samples, seed)
        each = [probabilities(self.task, outputs) for outputs in drawn]
        if self.task.kind == "regression":
            each = [self.target.invert(values) for values in each]
        return np.asarray(np.std(each, axis=0))

    def probabilities(self, x: Array) -> Array:
        """The same as probabilities of the classes or labels."""
        return probabilities(self.task, self.outputs(x))

    def predict(self, x: Array) -> Array:
        """Labels [B], labels switched on [B, K] for multi-label, or numbers [B, T].

        Raises DataError where the network answers with NaN or infinity in place of a label.
        """
        outputs = self.outputs(x)
        if self.task.kind == "regression":
            return self.target.invert(probabilities(self.task, outputs))
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
            held = (
                "no value, or one that training never saw," if np.isnan(x[row, column]) else "inf"
            )
            raise DataError(
                f"column '{names[column]}' has {held} in row {row + 1}",
                "training saw no gap in that column: leave such rows out",
            )
        return Batch(self.features.apply(x, self.network.setup.dtype), np.zeros((len(x), 1)))


def load_model(path: str | Path) -> SavedModel:
    """Reads a network that `nndoctor train --save` wrote; with early stopping its best epoch."""
    saved = load_checkpoint(Path(path))
    about = saved.about
    recipe = loads(about["recipe"], str(path))
    given: dict[str, Any] = {  # JSON has lists where a task has tuples
        k: tuple(v) if isinstance(v, list) else v for k, v in about["task"].items()
    }
    task = Task(**given)
    # Of the rows only their width matters, for the parameters are loaded.
    row = Batch(np.zeros((1, about["inputs"])), np.zeros((1, 1)))
    setup = mlp(recipe, task, resolve_layers(recipe, task.outputs), row)
    network = Network(setup, about["seed"], theta=saved.network["theta"])
    network.load(saved.network)
    network.load(saved.progress.best_arrays)
    network.regularised = about["regularised"]

    def held(kind: str) -> dict[str, Array]:
        known = {k: v for k, v in saved.more.items() if k.startswith(f"{kind}.")}
        return {k.removeprefix(f"{kind}."): v for k, v in known.items()}

    return SavedModel(
        recipe,
        task,
        tuple(about["columns"]),
        network,
        Scaler.from_arrays(held("features")),
        Scaler.from_arrays(held("target")),
        Filler.from_arrays(held("filler")),
        None if about["plan"] is None else Plan.model_validate(about["plan"]),
    )


def _differences(before: Recipe, now: Recipe) -> list[tuple[str, Any, Any]]:
    was, are = (_flat(recipe.model_dump(exclude=_FREE)) for recipe in (before, now))
    keys = dict.fromkeys([*was, *are])
    return [(key, was.get(key), are.get(key)) for key in keys if was.get(key) != are.get(key)]


def _flat(value: Any, key: str = "") -> dict[str, Any]:
    if not isinstance(value, dict):
        return {key: value}
    parts = [_flat(item, f"{key}.{name}".removeprefix(".")) for name, item in value.items()]
    return {name: item for part in parts for name, item in part.items()}


def _digest(setup: Setup) -> str:
    """Of the rows as the network gets them."""
    digest = hashlib.sha256()
    for batch in (setup.train, setup.validation):
        for array in () if batch is None else (batch.x, batch.y):
            digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()[:16]
