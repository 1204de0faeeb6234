"""The set-ups that are compared: one recipe under a grid of values, or several recipes."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from ..data import Dataset
from ..errors import Mistake, NNDoctorError, UsageError
from ..limits import place
from ..recipe import Recipe, override
from ..recipe.editing import edit
from ..recipe.overriding import read_override
from ..setup import Setup
from ..setup.source import clean, read
from ..subjects.recipe_subject import RecipeSubject
from ..watch import Watch

MOST = 64  # set-ups side by side: more is a search, and no table to read
# Keys of [data] that leave the rows, and which of them are judged, as they are.
SAME_ROWS = {"preprocess", "target_encoding", "path"}

Names = tuple[tuple[str, str], ...]  # the column of a table, and what stands in it


@dataclass(frozen=True)
class Variant:
    """One of the set-ups, and what it is called: one name for each thing that varies."""

    names: Names
    subject: RecipeSubject

    @property
    def name(self) -> str:
        """In one line."""
        return " / ".join(name for _, name in self.names)

    @cached_property
    def parameters(self) -> int:
        """How many numbers are learned."""
        return self.subject.plain.trainable.layout.parameters

    def edited(self, edits: Mapping[str, Any]) -> "Variant":
        """The same under another recipe. Raises RecipeError."""
        return replace(self, subject=_under(self.subject, edit(self.subject.recipe, edits)))


def base(setup: Setup, watch: Watch) -> RecipeSubject:
    """A set-up that is trained and judged on all its rows but its own test rows."""
    subject = RecipeSubject.of(setup, watch)
    return replace(subject, table=replace(subject.table, confirms=False))


def edited(
    subject: RecipeSubject, column: str, edits: Mapping[str, Mapping[str, Any]]
) -> list[Variant]:
    """One for each name, with its edits of the recipe. Raises RecipeError."""
    start = Variant((), subject)
    return [
        replace(start.edited(changes), names=((column, name),)) for name, changes in edits.items()
    ]


def varied(setups: Sequence[Setup], vary: Sequence[str], watch: Watch) -> list[Variant]:
    """Every recipe under every combination of the values in `vary`, each `KEY=VALUE,VALUE,...`.

    Raises NNDoctorError with all that is wrong, UsageError where the rows would not be the same.
    """
    first, *others = setups
    grid = [_values(each) for each in vary]
    _refuse_keys([key for key, _ in grid])
    count = len(setups)
    for _, values in grid:
        count *= len(values)
    if count > MOST:
        raise UsageError(f"{count} set-ups, at most {MOST} are compared", "vary fewer values")
    _refuse_other_rows(first, others)
    subject = base(first, watch)
    found: list[Variant] = []
    mistakes: list[Mistake] = []
    for setup in setups:
        own = (("recipe", setup.name),) * (len(setups) > 1)
        for chosen in itertools.product(*([(key, v) for v in values] for key, values in grid)):
            try:
                found.append(_variant(subject, setup, own, chosen))
            except NNDoctorError as error:
                mistakes += error.mistakes
    if mistakes:
        told = dict.fromkeys(mistakes)
        raise UsageError.of(Mistake(_as_vary(one.problem), _as_vary(one.hint)) for one in told)
    if count < 2:
        raise UsageError(
            f"there is nothing to compare {first.name} with",
            f"nndoctor compare {first.argument or first.name} --vary "
            "optimizer.learning_rate=1e-3,1e-2",
        )
    return found


def _variant(
    subject: RecipeSubject, setup: Setup, own: Names, chosen: Iterable[tuple[str, str]]
) -> Variant:
    changes = tuple(chosen)
    recipe = override(setup.recipe, [f"{key}={value}" for key, value in changes])
    _refuse_changed_rows(setup, recipe)
    return Variant((*own, *changes), _under(replace(subject, name=setup.name), recipe))


def _under(subject: RecipeSubject, recipe: Recipe) -> RecipeSubject:
    """The same rows under another recipe, which is known to be fit to run."""
    changed = replace(subject, recipe=recipe)
    _ = changed.plain
    return changed


def _as_vary(told: str) -> str:
    return told.replace("--set ", "--vary ")


def _values(given: str) -> tuple[str, tuple[str, ...]]:
    """The key and its values, apart at commas outside of brackets and quotes."""
    key, mark, text = given.partition("=")
    key, values = key.strip(), [""]
    depth, quote = 0, ""
    for letter in text:
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and depth == 0 and not quote:
            values.append("")
        else:
            values[-1] += letter
    values = [value.strip() for value in values]
    if not (key and mark) or "" in values:
        raise UsageError(
            f"--vary {given}: not a key and its values", "such as --vary model.activation=relu,tanh"
        )
    read_override(f"{key}={values[0]}")
    for value in values:
        if values.count(value) > 1:
            raise UsageError(f"--vary {given}: {value} is given twice", "once is enough")
    return key, tuple(values)


def _refuse_keys(keys: Sequence[str]) -> None:
    for key in keys:
        if keys.count(key) > 1:
            raise UsageError(f"--vary {key} is given twice", f"--vary {key}=A,B,C names all values")
        if key == "training.seed":
            raise UsageError(
                "--vary training.seed: all set-ups are trained on the same seeds",
                "--seeds 10 takes more of them",
            )


def _refuse_changed_rows(setup: Setup, recipe: Recipe) -> None:
    before, after = (_of_rows(one, setup.folder) for one in (setup.recipe, recipe))
    before["path"], after["path"] = setup.recipe.data.path, recipe.data.path
    other = [key for key, value in before.items() if value != after[key]]
    if other:
        raise UsageError(
            f"--vary data.{other[0]}: the set-ups would not be judged on the same rows",
            "scores of other rows can't be compared; data.preprocess.* may vary",
        )


def _refuse_other_rows(first: Setup, others: Sequence[Setup]) -> None:
    """Raises UsageError where recipes are not trained and judged on one and the same rows."""
    if not others:
        return
    hint = "only set-ups on the same rows can be compared"
    rows = _read(first)
    for other in others:
        before, after = (_of_rows(one.recipe, one.folder) for one in (first, other))
        differ = [key for key, value in before.items() if value != after[key]]
        if differ:
            raise UsageError(
                f"{first.name} and {other.name} differ in data.{differ[0]}: "
                f"{before[differ[0]]} and {after[differ[0]]}",
                hint,
            )
        if not _equal(rows, _read(other)):
            raise UsageError(f"{first.name} and {other.name} are on different data", hint)
    for one, other in itertools.combinations([first, *others], 2):
        if one.recipe == other.recipe:
            same = f"{one.name} and {other.name} are the same recipe"
            raise UsageError(same, "leave one of them out")


def _of_rows(recipe: Recipe, folder: Path) -> dict[str, Any]:
    """What decides which rows there are, and which of them are held out."""
    given = recipe.data
    found = {n: getattr(given, n) for n in type(given).model_fields if n not in SAME_ROWS}
    for key in ("validation", "test"):
        if isinstance(found[key], str):
            found[key] = place(folder, found[key]).resolve()
    return found


def _read(setup: Setup) -> Dataset:
    return clean(setup.recipe, read(setup.recipe, setup.folder))


def _equal(a: Dataset, b: Dataset) -> bool:
    if a.columns != b.columns or a.targets != b.targets or a.y.dtype != b.y.dtype:
        return False
    same_x = np.array_equal(a.x, b.x, equal_nan=True)
    numbers = a.y.dtype.kind == "f"
    return bool(same_x and np.array_equal(a.y, b.y, equal_nan=numbers))
