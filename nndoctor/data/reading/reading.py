"""From a path to a table or to arrays: the one way into a data file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from nndoctor.errors import DataError
from nndoctor.trainable import Array

from ..dataset import Dataset
from . import npy
from .endings import ENDINGS, NUMPY, PACKED
from .formats import FORMATS, Arrays, Format, format_of
from .json_text import is_recipe
from .not_tables import refuse_no_table
from .opening import AGAIN, check_file
from .optional import require
from .source import Source, look
from .table import HowToRead, Table
from .totals import without_total

PART = "::"  # between a file and a part of it: measures.db::people

__all__ = ["FORMATS", "Arrays", "HowToRead", "Table", "is_recipe", "read_file", "split_part"]


def read_file(
    path: Path, how: HowToRead, targets: Sequence[str] = (), least: int = 2
) -> Table | Arrays:
    """Reads a data file of any kind; what it is, its content says first, then its ending.

    `path` may end in `::PART`, which is `how.part`. `targets` matter to formats of arrays only,
    which have no columns by name. Raises DataError, also for fewer than `least` rows.
    """
    if how.limit is not None and how.limit < 2:
        raise DataError(f"limit = {how.limit} rows", "learning needs at least two rows")
    path, part = split_part(path)
    check_file(path)
    source = look(path, part or how.part)
    if not source.start:
        raise DataError(f"{path} is empty once it is unpacked", AGAIN)
    refuse_no_table(source)
    form = format_of(source)
    if form is None:
        raise _unknown(source)
    how = replace(how, part="" if source.member else part or how.part)
    if how.part and not form.parts:
        raise DataError(
            f"{path} has no part '{how.part}': it is read as {form.name}", "leave --table out"
        )
    require(form.modules, form.install, str(path), form.name)
    found = form.read(source, how, targets)
    found = without_total(found) if isinstance(found, Table) else found
    _refuse_too_small(path, found, least)
    return _told(source, form, found)


def read_inputs(path: Path, how: HowToRead) -> Table | tuple[tuple[str, ...], Array]:
    """New rows without a target: a table, or the names and values [N, D] of an array."""
    check_file(path)
    source = look(path)
    form = format_of(source)
    if form is not None and form.name == NUMPY:
        return npy.read_inputs(path)
    found = read_file(path, how, least=1)
    if isinstance(found, Dataset):
        raise DataError(
            f"{path} is {form.name if form else 'no table'}: inputs and targets in one",
            "save them as CSV, or the array of inputs with np.save",
        )
    return found


def split_part(path: Path) -> tuple[Path, str]:
    """`measures.db::people` as the file and the part of it; a file of that very name goes first."""
    name, mark, part = str(path).rpartition(PART)
    return (Path(name), part) if mark and name and not path.exists() else (path, "")


def _told(source: Source, form: Format, found: Table | Arrays) -> Table | Arrays:
    """With a note where the name of the file promises another format."""
    promised = ENDINGS.get(source.ending, form.name)
    if promised == form.name:
        return found
    note = f"the name promises {promised}, but the content is read as what it is: {form.name}"
    return replace(found, notes=(note, *found.notes))


def _refuse_too_small(path: Path, found: Table | Arrays, least: int) -> None:
    if len(found) < least:
        rows = "one row only" if len(found) else "no rows"
        raise DataError(f"{path} has {rows}", "learning needs at least two rows")
    if isinstance(found, Dataset):
        if not found.x.shape[1]:
            raise DataError(
                f"{path} has no column besides its target", "features are needed as well"
            )
    elif not found.frame.shape[1]:
        raise DataError(f"{path} has no columns", "a feature and a target are needed")


def _unknown(source: Source) -> DataError:
    known = ", ".join(f".{ending}" for form in FORMATS for ending in form.endings)
    packed = ", ".join(f".{name}" for name in PACKED)
    return DataError(
        f"{source} has no known data format: it begins with bytes {source.start[:6].hex(' ')}",
        f"read are {known}, each also packed as {packed}",
    )
