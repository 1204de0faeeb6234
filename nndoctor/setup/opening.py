"""From what the user named, a recipe or a data file, to a set-up; and a recipe back to a file."""

import os
import shlex
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import numpy as np

from .. import data
from ..data.reading.reading import is_recipe
from ..errors import DataError, UsageError
from ..limits import place, refuse_device
from ..outputs import claimed, write_text, written
from ..recipe import Recipe, default_recipe, load, loads, to_toml
from ..recipe.overriding import read_override
from .building import build
from .setup import DataSetup, Setup
from .source import read


@dataclass(frozen=True)
class Opened:
    """A recipe, read or chosen, before it is joined with its data.

    `dataset` is there where it had to be read to choose the recipe, `guess` then says what its
    task was taken for; `argument` is how the user named it.
    """

    recipe: Recipe
    name: str
    text: str
    folder: Path
    argument: str
    dataset: data.Dataset | None = None
    guess: str = ""


def open_setup(
    source: str | Path, target: str | Sequence[str] | None = None, overrides: tuple[str, ...] = ()
) -> Setup:
    """Reads a recipe, or a data file for which a sound default recipe is chosen.

    Raises NNDoctorError with all mistakes of the first stage that finds any.
    """
    opened = open_recipe(source, target, overrides)
    setup = build(opened.recipe, opened.name, opened.text, opened.folder, opened.dataset)
    if not opened.guess:
        return replace(setup, argument=opened.argument)
    told = opened.guess.startswith(setup.trainable.task.kind)
    words = (*setup.words, opened.guess) if told else setup.words
    return replace(setup, argument=opened.argument, words=words, is_default=True)


def open_recipe(
    source: str | Path, target: str | Sequence[str] | None, overrides: tuple[str, ...]
) -> Opened:
    """Reads a recipe, or chooses one for a data file by the rows that have a target."""
    path = Path(source)
    refuse_device(path)
    targets = (target,) if isinstance(target, str) else tuple(target or ())
    told = [("--target", name) for name in targets] + [("--set", change) for change in overrides]
    argument = shlex.join((str(source), *(word for pair in told for word in pair)))
    if not is_recipe(path):
        return _open_data(str(source), targets, overrides, argument)
    if targets:
        raise UsageError(
            f"--target {targets[0]} beside a recipe",
            f"--set data.target={targets[0]} changes the recipe",
        )
    loaded = load(path, overrides)
    text = to_toml(loaded.recipe) if overrides else loaded.text
    return Opened(loaded.recipe, str(source), text, loaded.folder, argument)


def _open_data(
    source: str, targets: tuple[str, ...], overrides: tuple[str, ...], argument: str
) -> Opened:
    """A data file under the default recipe for what it holds."""
    changes = {change.place: change.value for change in map(read_override, overrides)}
    for key, hint in (("path", "name the other file"), ("target", "--target names the column")):
        if ("data", key) in changes:
            raise UsageError(f"--set data.{key} beside a data file", hint)
    target = targets[0] if len(targets) == 1 else targets or None
    first = loads(default_recipe(source, target), "the default recipe", overrides)
    dataset = read(first, Path())
    kept = known_answers(dataset)
    kind, why = data.guess_task(kept)
    guess = f"{kind}: {why}"
    kind = first.data.task or kind
    target = dataset.targets[0] if len(dataset.targets) == 1 else dataset.targets
    named = target if targets or dataset.plan else None  # arrays hold theirs without a name
    left_out = len(kept) < len(dataset) and first.data.drop_unlabelled
    text = default_recipe(source, named, cast("Any", kind), rows=len(kept), unlabelled=left_out)
    recipe = loads(text, "the default recipe", overrides)
    text = to_toml(recipe) if changes.keys() - {("data", "drop_unlabelled")} else text
    return Opened(recipe, "the default recipe", text, Path(), argument, dataset, guess)


def known_answers(dataset: data.Dataset) -> data.Dataset:
    """The rows whose target is not missing, without inputs: what a task can be guessed from."""
    there = data.answered(dataset)
    if not there.any():
        raise DataError(
            f"target '{dataset.targets[0]}' is missing in all {len(dataset)} rows",
            "there is nothing to learn; is it the right column?",
        )
    return replace(dataset, x=np.empty((len(dataset), 0))).rows(there)


@contextmanager
def rows_claimed(setup: Any, recipe: Path | None, force: bool = False) -> Iterator[None]:
    """Keeps the places beside a recipe for rows that are in memory, as `claimed` keeps its own.

    Raises UsageError where a file is there, unless `force` gives it up.
    """
    beside = setup.beside(recipe) if recipe is not None and isinstance(setup, Setup) else {}
    with ExitStack() as held:
        for file, _ in beside.values():
            held.enter_context(claimed(file, force=force))
        yield


def save_recipe(setup: Setup | DataSetup, path: Path) -> None:
    """Writes the recipe as it was used; its data path becomes relative to the new place.

    Rows that are in memory go into files beside it. Raises UsageError where it can't be written.
    """
    import tomlkit

    document = tomlkit.parse(setup.text)  # keeps the comments
    beside = setup.beside(path) if isinstance(setup, Setup) else {}
    for name in ("data.path", "data.validation", "data.test", "model.weights"):
        table, key = name.split(".")
        named = document.get(table, {}).get(key)
        if name in beside:
            file, arrays = beside[name]
            with written(file) as opened:
                np.savez(opened, **arrays)
            document[table][key] = file.name
        elif isinstance(named, str):
            found = place(setup.folder, named).resolve()
            document[table][key] = Path(os.path.relpath(found, path.resolve().parent)).as_posix()
    write_text(path, tomlkit.dumps(document))
