"""What a recipe says of its data, as the readers want it; and the data read by it."""

from pathlib import Path

from .. import data
from ..limits import place
from ..recipe import Data, Recipe


def how_to_read(given: Data) -> data.HowToRead:
    return data.HowToRead(
        header=given.header,
        names=_several(given.names),
        encoding=given.encoding,
        part=given.part,
        skip_bad_lines=given.on_bad_lines == "skip",
        limit=given.limit,
    )


def said_of(given: Data) -> data.Said:
    return data.Said(
        targets=_several(given.target),
        drop=_several(given.drop),
        features=_several(given.features),
        kinds=given.columns,
        group=given.group or "",
    )


def read(recipe: Recipe, folder: Path) -> data.Dataset:
    """The rows that a recipe trains and holds out, as they are in the file."""
    given = recipe.data
    if given.generator is not None:
        return data.generate(
            given.generator,
            n=given.n,
            d=given.d,
            classes=given.classes,
            noise=given.noise,
            seed=given.seed or 0,
        )
    return data.load(place(folder, str(given.path)), how_to_read(given), said_of(given))


def read_second(recipe: Recipe, folder: Path, path: str, first: data.Dataset) -> data.Dataset:
    """A second file, whose columns are read as those of the first were."""
    how = how_to_read(recipe.data.model_copy(update={"limit": None, "part": ""}))
    return data.load_like(place(folder, path), how, first)


def clean(recipe: Recipe, dataset: data.Dataset) -> data.Dataset:
    """Without the rows that the recipe leaves out; refuses what it does not want to see."""
    given = recipe.data
    kept = data.cleaned(dataset, given.missing, given.drop_unlabelled)
    return data.without_repeats(kept) if given.drop_duplicates else kept


def _several(named: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return (named,) if isinstance(named, str) else named or ()
