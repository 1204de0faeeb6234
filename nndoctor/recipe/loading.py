"""From a file to a recipe: every mistake in it is told at once, with its line."""

import math
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ..errors import RecipeError
from ..limits import place, refuse_device
from ..spelling import similar_files
from .locating import Place, locate
from .messages import Source, mistakes
from .overriding import Override, apply, read_override
from .schema import Recipe
from .searching import space_mistakes, unknown_keys
from .syntax import parse

_DATA_FILES = (".csv", ".tsv", ".parquet", ".npy", ".npz", ".idx", ".bin", ".gz")


@dataclass(frozen=True)
class Loaded:
    """A recipe, and the file it comes from."""

    recipe: Recipe
    text: str
    path: Path

    @property
    def folder(self) -> Path:
        """What relative paths in the recipe are relative to."""
        return self.path.parent

    def resolve(self, written: str) -> Path:
        """Where a path written in the recipe points to."""
        return place(self.folder, written)

    @property
    def data_path(self) -> Path | None:
        """Where the data lie; None for a generator."""
        written = self.recipe.data.path
        return None if written is None else self.resolve(written)


def load(path: str | Path, overrides: Iterable[str] = ()) -> Loaded:
    """Reads a recipe file; overrides are `key=value`, as in `--set optimizer.learning_rate=3e-3`.

    Messages name the path as it is given.
    """
    text = _read(Path(path))
    return Loaded(loads(text, str(path), overrides), text, Path(path))


def loads(text: str, name: str = "recipe.toml", overrides: Iterable[str] = ()) -> Recipe:
    """Reads a recipe from TOML text; `name` stands for the file in messages."""
    if not text.strip():
        raise RecipeError(f"{name} is empty", "a recipe has at least [data] and [model]")
    table = parse(text, name)
    with _not_too_deep(name):
        lines = locate(text)
    return build(table, Source(name, lines), overrides)


def override(recipe: Recipe, overrides: Iterable[str]) -> Recipe:
    """The recipe with some keys changed."""
    from .writing import as_dict

    return build(as_dict(recipe), Source("recipe"), overrides)


def build(
    table: dict[str, Any], source: Source | None = None, overrides: Iterable[str] = ()
) -> Recipe:
    """A recipe from nested dicts and lists, checked."""
    source = source or Source("recipe")
    changes = [read_override(setting) for setting in overrides]
    for change in changes:
        table = apply(table, change)
    _refuse_huge(table, source.name)
    try:
        with _not_too_deep(source.name):
            recipe = Recipe.model_validate(table)
    except ValidationError as error:
        found = mistakes(error, Source(source.name, source.lines, _made(changes, source.lines)))
        raise RecipeError.of([*found, *unknown_keys(table, source)]) from None
    if recipe.search.space and (wrong := space_mistakes(recipe, source)):
        raise RecipeError.of(wrong)
    return recipe


@contextmanager
def _not_too_deep(name: str) -> Iterator[None]:
    try:
        yield
    except RecursionError:
        raise RecipeError(
            f"{name}: its values are nested too deeply", "no key needs that"
        ) from None


def _refuse_huge(table: dict[str, Any], name: str) -> None:
    """TOML's whole numbers have 64 bits; larger ones fail in odd places, and can't be printed."""
    inside: list[Any] = [table]
    while inside:
        value = inside.pop()
        if isinstance(value, dict | list):
            inside += value.values() if isinstance(value, dict) else value
        elif isinstance(value, int) and not -(2**63) <= value < 2**63:
            digits = int(value.bit_length() * math.log10(2)) + 1
            raise RecipeError(
                f"{name}: a whole number of about {digits} digits", "they end at 2^63 - 1"
            )


def _made(changes: Iterable[Override], lines: Mapping[Place, int]) -> dict[Place, str]:
    """What each place is owed to: keys that overrides set, and tables that only they made."""
    made: dict[Place, str] = {}
    for change in changes:
        tables = (change.place[:end] for end in range(1, len(change.place)))
        made |= {table: change.written for table in tables if table not in lines}
        made[change.place] = change.written
    return made


def _read(path: Path) -> str:
    _refuse_other_formats(path)
    refuse_device(path)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise RecipeError(f"there is no file {path}", _nearest_files(path)) from None
    except IsADirectoryError:
        raise RecipeError(f"{path} is a folder", _nearest_files(path / "recipe.toml")) from None
    except OSError as error:
        raise RecipeError(f"{path} can't be read: {error.strerror}") from None
    try:
        return content.decode("utf-8-sig")  # Windows editors put a byte order mark in front
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        problem = f"{path}:{line}: not UTF-8: byte 0x{content[error.start]:02x}"
        raise RecipeError(problem, "save the file as UTF-8") from None


def _refuse_other_formats(path: Path) -> None:
    suffix = path.suffix.lower()
    if suffix in (".yaml", ".yml"):
        raise RecipeError(
            f"{path}: recipes are TOML, not YAML: in YAML 1e-3 is a string and no is false",
            f"write it as {path.with_suffix('.toml').name}",
        )
    if suffix == ".json":
        raise RecipeError(
            f"{path}: recipes are TOML, not JSON: JSON has no comments",
            f"write it as {path.with_suffix('.toml').name}",
        )
    if suffix in _DATA_FILES:
        raise RecipeError(
            f"{path} is data, not a recipe", f'a recipe names it: [data] path = "{path.name}"'
        )


def _nearest_files(path: Path) -> str:
    folder = path.parent
    if not folder.is_dir():
        return f"there is no folder {folder}"
    recipes = sorted(file.name for file in folder.glob("*.toml"))
    if hint := similar_files(path, recipes):
        return hint
    return (
        f"recipes there: {', '.join(recipes[:8])}"
        if recipes
        else "no .toml file is there; nndoctor init writes one"
    )
