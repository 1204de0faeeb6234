"""How good a saved network is on rows with known answers."""

import shlex
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from ..checks.learning.guessing import BetterThanGuessing, Learned, Part
from ..checks.measures.row_errors import measured_fall
from ..checks.settings import configured
from ..findings import Evidence, Finding, Report
from ..scores import guess_scores, row_scores, score_name, unexplained
from ..setup import Answered, SavedModel, answered_rows, load_model
from ..trainable import Array
from ..version import __version__
from .common import environment, single_threaded
from .evaluated_classes import class_tables
from .evaluated_labels import label_tables
from .evaluated_numbers import number_tables

TABLES = {
    "classification": class_tables,
    "multilabel": label_tables,
    "regression": number_tables,
}


@single_threaded
def evaluate(model: SavedModel | str | Path, data: str | Path, encoding: str = "") -> Report:
    """Scores with intervals, what is mistaken for what, and whether probabilities can be believed.

    Rows and their targets are read as the training rows were; those without a target are left out.
    Raises DataError where they can't be read so, and for a class the network was not trained on.
    """
    model = model if isinstance(model, SavedModel) else load_model(model)
    named = model.source or "the network"
    rows = answered_rows(model, Path(data), encoding)
    outputs = model.outputs(rows.x)
    finding = _judged(model, rows, outputs, Path(data).name)
    told: tuple[Evidence, ...] = tuple(TABLES[model.task.kind](model, rows, outputs))
    return Report(
        command="evaluate",
        title="How good is this network on these rows?",
        findings=(finding,),
        evidence=told,
        words=tuple(_words(model, rows, outputs, named, Path(data))),
        headline=finding.message,
        recipe=named,
        seed=model.recipe.training.seed,
        version=__version__,
        environment=environment(),
        argument=shlex.join((named, str(data))),
    )


def _words(
    model: SavedModel, rows: Answered, outputs: Array, named: str, data: Path
) -> Iterator[str]:
    classes = f"{len(model.labels)} classes" if model.task.kind == "classification" else ""
    yield f"{named} on {len(rows.y)} rows of {data}, {classes or model.task.kind}"
    yield from rows.words
    trained_on = model.recipe.data.path
    if trained_on is not None and Path(trained_on).name == data.name:
        yield (
            "the network was trained on a file of this name: training rows score better than "
            "new ones"
        )
    bad = int((~np.isfinite(outputs).all(axis=1)).sum())
    if bad:
        yield f"{bad} of {len(outputs)} predictions are NaN or infinite and count as wrong"


def _judged(model: SavedModel, rows: Answered, outputs: Array, name: str) -> Finding:
    """Whether it beats the constant prediction that fits these very rows best."""
    task = model.task
    if task.kind == "regression":
        scores = 1 - unexplained(model.numbers(outputs), rows.y)
    else:
        scores = row_scores(task, outputs, rows.y)
    guesses = guess_scores(task, rows.y, rows.y)
    won = measured_fall(scores[None], guesses[None])
    answered = np.isfinite(outputs).all(axis=1).any()
    mean = float(scores.mean()) if answered else np.nan
    part = Part(name, len(scores), mean, float(guesses.mean()), won)
    check = configured(BetterThanGuessing(), model.recipe.checks.get("ND405", {}), {})
    return replace(check.judge(Learned(score_name(task), (part,))), evidence=())
