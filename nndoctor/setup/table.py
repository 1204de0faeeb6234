"""Data as they were read, missing values and all, split as the training would split them."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from .. import data
from ..errors import DataError
from ..recipe import Recipe
from ..trainable import Array
from .building import build
from .opening import Opened, known_answers, open_recipe
from .rows import refuse_other_columns
from .setup import DataSetup, Part, Setup
from .source import read, read_second
from .splitting import kept_together, split_rows, split_words, way_of

SAMPLED = 100_000  # rows that are kept as the network gets them: so many tell how inputs are scaled


def open_table(
    source: str | Path, target: str | Sequence[str] | None = None, overrides: tuple[str, ...] = ()
) -> DataSetup:
    """Reads the data of a recipe, or a data file, without refusing what can't be trained on.

    Raises NNDoctorError where the file can't be read, or where the recipe is wrong in itself.
    """
    return _table(open_recipe(source, target, overrides))


def table_of(setup: Setup) -> DataSetup:
    """The data behind a set-up that could be opened, as they were read."""
    named = (setup.recipe, setup.name, setup.text, setup.folder, setup.argument)
    return replace(_table(Opened(*named, setup.dataset)), only=setup.only)


def _table(opened: Opened) -> DataSetup:
    recipe, given = opened.recipe, opened.recipe.data
    dataset = opened.dataset or read(recipe, opened.folder)
    guessed, why = data.guess_task(known_answers(dataset))
    kind = given.task or guessed
    others = {
        name: read_second(recipe, opened.folder, path, dataset)
        for name, path in (("validation", given.validation), ("test", given.test))
        if isinstance(path, str)
    }
    every = [dataset, *others.values()]
    for other in others.values():
        refuse_other_columns(dataset, other)
    y, labels = _numbers(every, kind, given.classes)
    ends = np.cumsum([len(each) for each in every])
    first, *rest = np.split(y, ends[:-1])
    filled = given.missing == "fill"
    usable = data.answered(dataset) if filled else ~data.incomplete(dataset)
    kept = dataset if usable.all() else dataset.rows(usable)
    drawn, groups = _drawn(recipe, kept, first[usable], kind)
    setup, answers, refused = _trained_on(opened, dataset, drawn)
    parts = _parts(dataset, first, usable, drawn)
    for (name, other), its_y in zip(others.items(), rest, strict=True):
        part = _part(other, its_y, np.arange(1, len(other) + 1))
        parts[name] = replace(part, subjects={})  # each file has codes of its own
    words = [*dataset.notes] if given.task else [*dataset.notes, f"{kind}: {why}"]
    sizes = ", ".join(f"{len(part.x)} {name} rows" for name, part in parts.items())
    features = len(dict.fromkeys(dataset.origins or dataset.columns))
    source_name = given.path or f"generator {given.generator}"
    return DataSetup(
        recipe=recipe,
        name=opened.name,
        text=opened.text,
        kind=kind,
        columns=dataset.columns,
        targets=dataset.targets if y.shape[1] == len(dataset.targets) else ("target",),
        labels=labels,
        train=parts["training"],
        validation=parts.get("validation"),
        test=parts.get("test"),
        setup=setup,
        answers=answers,
        refused=refused,
        words=(
            f"{source_name}: {sizes}, {features} feature{'s' * (features > 1)}",
            *words,
            *split_words(recipe, dataset, groups),
        ),
        way=way_of(recipe, dataset),
        together=groups is not None,
        origins=dataset.origins,
        plan=dataset.plan,
        argument=opened.argument,
        folder=opened.folder,
        is_default=bool(opened.guess),
    )


def _numbers(
    parts: Sequence[data.Dataset], kind: str, classes: int | None
) -> tuple[Array, tuple[str, ...]]:
    """The targets of all parts as numbers [N, T], NaN where missing, and the classes' names."""
    first = parts[0]
    if len({part.y.dtype == object for part in parts}) > 1:
        raise DataError(
            f"{parts[-1].source} has text as targets where {first.source} has none, or the other "
            "way round",
            "both files need targets of one kind",
        )
    y = np.concatenate([part.y for part in parts])
    joined = data.Dataset(np.empty((len(y), 0)), (), y, first.targets, first.source)
    there = data.answered(joined)
    known = joined.rows(there)
    constant = known.y.shape[1] == 1 and classes is None and (known.y == known.y[0]).all()
    labels: tuple[str, ...] = ()
    if constant and (kind == "classification" or y.dtype == object):
        value, labels = np.zeros((len(known), 1)), (str(known.y[0, 0]),)
    elif constant:
        value = known.y.astype(np.float64)
    else:
        target = data.encode_target(known, kind, "class", classes)
        value, labels = target.y, target.labels
    numbers = np.full((len(y), value.shape[1]), np.nan)
    numbers[there] = value
    return numbers, labels


def _drawn(
    recipe: Recipe, dataset: data.Dataset, y: Array, kind: str
) -> tuple[data.Parts | None, Array | None]:
    """Which of the rows that can be used are for what, and the groups that are kept together.

    None where they are too few to be split.
    """
    given = recipe.data
    shares = [s if isinstance(s, float) else 0.0 for s in (given.validation, given.test)]
    if len(dataset) <= sum(share > 0 for share in shares):
        return None, None
    groups = kept_together(recipe, dataset)
    labels = y[:, 0] if kind == "classification" else None
    return split_rows(recipe, dataset, labels, groups), groups


def _parts(
    dataset: data.Dataset, y: Array, usable: Array, drawn: data.Parts | None
) -> dict[str, Part]:
    """The parts of one file; rows that can't be used are never drawn and stay with the training."""
    whole, trained = np.flatnonzero(usable), np.ones(len(dataset), bool)
    held = [] if drawn is None else [np.sort(whole[index]) for index in drawn[1:]]
    for index in held:
        trained[index] = False
    named = zip(("training", "validation", "test"), (np.flatnonzero(trained), *held), strict=False)
    return {
        name: _part(dataset.rows(index), y[index], index + 1)
        for name, index in named
        if len(index) or name == "training"
    }


def _part(dataset: data.Dataset, y: Array, numbers: Array) -> Part:
    return Part(dataset.x, y, numbers, dataset.moments, dataset.subjects)


def _trained_on(
    opened: Opened, dataset: data.Dataset, drawn: data.Parts | None
) -> tuple[Setup | None, Array | None, str]:
    """What training makes of the rows it can use, and all its targets; or why there is nothing.

    `drawn`: which of them are for what. Only those to train on are prepared, as no check asks for
    the others, unless they have to be drawn anew or come from a file.
    """
    given = opened.recipe.data
    if given.drop_duplicates or isinstance(given.validation, str) or drawn is None:
        parts = None
    else:
        parts = data.Parts(drawn.train, drawn.test[:0], drawn.test[:0])
    missing = "fill" if opened.recipe.data.missing == "fill" else "drop"
    table = opened.recipe.data.model_copy(update={"missing": missing, "drop_unlabelled": True})
    model = opened.recipe.model.model_copy(update={"weights": None})  # of which no check asks
    recipe = opened.recipe.model_copy(update={"data": table, "model": model})
    try:
        setup = build(recipe, opened.name, opened.text, opened.folder, dataset, parts)
    except DataError as error:
        return None, None, f"can't be trained on: {error.mistakes[0].problem}"
    return replace(setup, train=setup.train.sample(SAMPLED)), setup.train.y, ""
