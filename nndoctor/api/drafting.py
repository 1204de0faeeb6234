"""A recipe to begin with: for a table of the user's, or over made-up rows."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from ..data.columns import Column, Role
from ..errors import UsageError
from ..outputs import claimed, write_text
from ..recipe.template import TEMPLATE
from ..setup import Setup, is_recipe, save_recipe
from .common import load_setup

MOST_COLUMNS = 30  # that are listed: a line each
LABELLED = ("data.drop_unlabelled=true",)  # rows without a target teach nothing
BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def init_recipe(
    data: str | Path | None = None,
    target: str | Sequence[str] | None = None,
    path: str | Path | None = None,
    *,
    force: bool = False,
) -> Path:
    """Writes a commented recipe and answers with its path, in this folder unless `path` says where.

    It is the default recipe for the table, with what its columns are taken for; without data one
    over made-up rows. Raises NNDoctorError where the data can't be trained on, and where a file is
    there already.
    """
    name = "recipe.toml" if data is None else f"{Path(data).name.partition('.')[0]}.toml"
    place = Path(name if path is None else path)
    with claimed(place, [] if data is None else [Path(data)], force):
        if data is None:
            write_text(place, TEMPLATE.format(name=place))
            return place
        if is_recipe(Path(data)):
            raise UsageError(f"{data} is a recipe already", f"nndoctor checkup {data}")
        setup = load_setup(data, target, LABELLED)
        text = "\n".join([*_head(place), setup.text.rstrip(), *_columns(setup), ""])
        save_recipe(replace(setup, text=text), place)
    return place


def _head(place: Path) -> Iterator[str]:
    yield f"# Run it: nndoctor checkup {place}"
    yield "# docs/recipe.md has every key, `nndoctor schema` the schema for an editor."
    yield ""


def _columns(setup: Setup) -> Iterator[str]:
    """What each column is taken for, as comments that change it once they are uncommented."""
    columns = () if setup.plan is None else setup.plan.columns
    told = [column for column in columns if column.role is not Role.TARGET]
    if told:
        yield ""
        yield "# What each column is taken for; uncomment [data.columns] and a line to change it."
        yield "# [data.columns]"
    for column in told[:MOST_COLUMNS]:
        yield f"# {_key(column.name)} = {json.dumps(_kind(column))}  # {_becomes(column)}"
    if len(told) > MOST_COLUMNS:
        yield f"# and {len(told) - MOST_COLUMNS} more: nndoctor data report shows every one"


def _kind(column: Column) -> str:
    """A kind that a recipe may name; a constant is a number."""
    return "number" if column.kind.value == "constant" else column.kind.value


def _key(name: str) -> str:
    return name if BARE_KEY.fullmatch(name) else json.dumps(name, ensure_ascii=False)


def _becomes(column: Column) -> str:
    told = f"left out: {column.reason}" if column.role is Role.LEFT_OUT else column.treatment
    return " ".join(told.split()) or "used as it is"
