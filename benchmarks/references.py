"""What plain training makes of a recipe, beside what sound methods make of the same rows."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from joblib import Memory
from plain import Score, beyond_spread, opened, score_on, train
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.multioutput import MultiOutputClassifier
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

from nndoctor.recipe import Recipe, as_dict, loads, override, to_toml
from nndoctor.recipe import build as build_recipe
from nndoctor.scores import true
from nndoctor.setup import Setup
from nndoctor.trainable import Array, Batch

FEWEST = 12  # held-out rows below which training rows are judged
NEAR, STEADY = 0.9, 0.75  # shares of the reference: for the mean, and for each single seed
RATES = (1e-3, 1e-2)
UPDATES, MOST = 2_000, 20_000  # of the reference net
# they hang on rows and seeds alone, and the same rows are asked for again and again
MEMORY = Memory(Path(tempfile.gettempdir()) / "nndoctor-references", verbose=0)


@dataclass(frozen=True)
class Standing:
    """Scores of a recipe over seeds beside the best reference on the same rows."""

    own: tuple[float, ...]
    reference: tuple[float, ...]
    learnable: bool

    @property
    def health(self) -> float:
        """The share of the reference that is reached."""
        return float(np.mean(self.own) / np.mean(self.reference)) if self.learnable else np.nan

    @property
    def reached(self) -> bool:
        """Near the reference or within two standard errors of it, and no seed far from it."""
        own, reference = np.array(self.own), np.array(self.reference)
        near = self.health >= NEAR or not beyond_spread(reference - own)
        return self.learnable and near and bool((own >= STEADY * reference).all())


def standing(recipe: Recipe, folder: Path, seeds: Sequence[int]) -> Standing:
    """Trains the recipe and the references from each seed, which is also that of the split."""
    setup = opened(recipe, folder, seeds[0])
    own = [train(recipe, folder, seed) for seed in seeds]
    text, updates = _sound(recipe, setup.trainable.task.kind), min(setup.total_updates, MOST)
    others = references(text, str(folder), tuple(seeds), updates)
    held = max(others.values(), key=lambda scores: sum(s.held for s in scores))
    if own[0].rows >= FEWEST and _beats_chance([s.held for s in held], own[0].rows):
        return Standing(tuple(s.held for s in own), tuple(s.held for s in held), True)
    # a neighbour of distance 0 knows the row itself
    kept = (scores for name, scores in others.items() if not name.startswith("neighbours"))
    best = max(kept, key=lambda scores: sum(s.train for s in scores))
    learnable = _beats_chance([s.train for s in best], len(setup.train))
    return Standing(tuple(s.train for s in own), tuple(s.train for s in best), learnable)


def _beats_chance(scores: Sequence[float], rows: int) -> bool:
    """The correlation of B guesses with the truth has the standard deviation 1 / sqrt(B)."""
    return bool(np.mean(scores) > max(0.05, 2 / np.sqrt(rows)))


def _sound(recipe: Recipe, kind: str) -> str:
    """The same data and task under the defaults, scaled, as TOML; length and rate come later."""
    table = as_dict(recipe)
    data = {k: v for k, v in table["data"].items() if k not in ("preprocess", "target_encoding")}
    scaled = {"features": "standardize"}
    if kind == "regression":
        scaled["target"] = "standardize"
    sound: dict[str, Any] = {"data": data | {"preprocess": scaled}, "model": {"hidden": [64, 64]}}
    return to_toml(build_recipe(sound))


@MEMORY.cache
def references(
    text: str, folder: str, seeds: tuple[int, ...], updates: int
) -> Mapping[str, list[Score]]:
    """Scores by method: neighbours, a linear model, and the sound net at two rates and lengths."""
    sound = loads(text, "the sound recipe")
    setups = [opened(sound, Path(folder), seed) for seed in seeds]
    scores = {
        name: [score_on(setup, _learned(setup, model)) for setup in setups]
        for name, model in _models(setups[0]).items()
    }
    for length in {UPDATES, max(UPDATES, updates)}:
        epochs = -(-length // setups[0].epoch_updates)
        for rate in RATES:
            changes = [f"training.epochs={epochs}", f"optimizer.learning_rate={rate}"]
            changed = override(sound, [*changes, f"training.validate_every={epochs}"])
            runs = [train(changed, Path(folder), seed) for seed in seeds]
            scores[f"net, {length} updates at {rate:g}"] = runs
    return scores


def _models(setup: Setup) -> dict[str, Callable[[], Any]]:
    near = [k for k in (1, 5) if k <= len(setup.train)]
    kind, y = setup.trainable.task.kind, setup.train.y
    if kind == "regression":
        nearest: dict[str, Callable[[], Any]] = {
            f"neighbours {k}": lambda k=k: KNeighborsRegressor(k) for k in near
        }
        return {**nearest, "linear": Ridge}
    nearest = {f"neighbours {k}": lambda k=k: KNeighborsClassifier(k) for k in near}
    if not np.ptp(y, axis=0).all():  # a logistic regression needs both sides
        return nearest
    if kind == "multilabel":
        return {**nearest, "linear": lambda: MultiOutputClassifier(LogisticRegression())}
    return {**nearest, "linear": lambda: LogisticRegression(max_iter=2000)}


def _learned(setup: Setup, model: Callable[[], Any]) -> Callable[[Batch], Array]:
    """The answers of a fitted model in the form of a network's outputs."""
    task, batch = setup.trainable.task, setup.train
    truth = batch.y if task.kind == "regression" else true(task, batch.y)
    fitted = model().fit(batch.x, truth)

    def outputs(rows: Batch) -> Array:
        said = np.asarray(fitted.predict(rows.x), np.float64)
        if task.kind == "regression":
            return said.reshape(len(said), -1)
        if task.kind == "multilabel":
            return said - 0.5
        return np.eye(task.outputs)[said.astype(np.int64)]

    return outputs
