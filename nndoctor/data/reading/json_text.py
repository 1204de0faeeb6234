"""JSON: records, columns, the layouts that pandas writes, and one record a line (JSON lines)."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nndoctor.errors import DataError

from ..naming import listed
from .frames import table_of
from .grid import from_grid
from .opening import readable
from .source import Source
from .table import HowToRead, Table

if TYPE_CHECKING:
    import pandas as pd

LAYOUTS = (
    'write a list of records, such as [{"a": 1, "b": 2}, {"a": 3, "b": 4}], or one record a line'
)
RECIPE_KEYS = {
    "title",
    "data",
    "model",
    "loss",
    "regularization",
    "optimizer",
    "schedule",
    "training",
    "checks",
}
RECIPE_BYTES = 1 << 17  # recipes are written by hand; nothing larger is looked into


def is_recipe(path: Path) -> bool:
    """Whether a file is a recipe and not a table: TOML by its name, JSON by its keys."""
    suffix = path.suffix.lower()
    if suffix in (".toml", ".yaml", ".yml"):
        return True
    if suffix != ".json" or not path.is_file() or path.stat().st_size > RECIPE_BYTES:
        return False
    try:
        held = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        return False
    return is_recipe_like(held)


def is_recipe_like(held: object) -> bool:
    """Whether a JSON object has the tables of a recipe, at least two of them, as objects."""
    if not isinstance(held, dict):
        return False
    tables = [key for key in RECIPE_KEYS & held.keys() if isinstance(held[key], dict)]
    return len(tables) > 1 and "model" in tables


def read_json(source: Source, how: HowToRead) -> Table:
    """Objects in cells become columns of their own, named `outer.inner`, one level deep."""
    held = _parsed(source, how)
    notes: list[str] = []
    if isinstance(held, dict) and how.part:
        tables = _tables(held)
        if how.part not in {**tables, **held}:
            raise DataError(
                f"{source} has no key '{how.part}'",
                f"--table NAME, one of {listed(list(tables) or list(held))}",
            )
        held = {**tables, **held}[how.part]
    elif isinstance(held, dict) and not any(fits(held) for fits, _ in SHAPES):
        held = _inner(source, held, notes)
    if isinstance(held, list) and held and all(isinstance(row, list) for row in held):
        import pandas as pd

        with readable(source, "table in JSON"):
            grid = pd.DataFrame(held, dtype=object)
        return from_grid(grid, str(source), how, notes)
    frame = _frame(source, held, notes)
    return table_of(frame, str(source), how, notes=notes)


def _parsed(source: Source, how: HowToRead) -> Any:
    with source.open() as file:
        content = file.read()
    try:
        text = content.decode(how.encoding or json.detect_encoding(content)).removeprefix("\ufeff")
    except (UnicodeDecodeError, LookupError) as error:
        raise DataError(f"{source} can't be decoded: {error}", "--encoding NAME") from error
    try:
        return _loads(source, text)
    except json.JSONDecodeError as error:
        # Text after the end of the first value: one value a line.
        if not error.msg.startswith("Extra data"):
            raise _broken(source, error.lineno, error) from error
    lines = [(i, line) for i, line in enumerate(text.splitlines(), start=1) if line.strip()]
    return [_line(source, number, line) for number, line in islice(lines, how.limit)]


def _line(source: Source, number: int, line: str) -> Any:
    try:
        return _loads(source, line)
    except json.JSONDecodeError as error:
        raise _broken(source, number, error) from error


def _loads(source: Source, text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        raise
    except (ValueError, RecursionError) as error:  # a number too long, nested too deep
        raise DataError(f"{source} is no table: {error}", LAYOUTS) from error


def _broken(source: Source, line: int, error: json.JSONDecodeError) -> DataError:
    return DataError(
        f"{source} is no whole JSON: {error.msg} in line {line}", "was it written to its end?"
    )


def _inner(source: Source, held: dict[str, Any], notes: list[str]) -> Any:
    """The only list of records somewhere in an object, the object where there is none."""
    tables = {} if is_recipe_like(held) else _tables(held)
    if len(tables) > 1:
        raise DataError(
            f"{source} holds {len(tables)} lists of records",
            f"--table NAME, one of {listed(list(tables))}",
        )
    for name, records in tables.items():
        notes.append(f"the records under '{name}' are read")
        return records
    return held


def _tables(held: Any, above: str = "", depth: int = 3) -> dict[str, Any]:
    """Lists of records in an object by their place, `outer.inner`."""
    found: dict[str, Any] = {}
    for key, value in held.items() if isinstance(held, dict) and depth else ():
        if _is_records(value):
            found[f"{above}{key}"] = value
        else:
            found |= _tables(value, f"{above}{key}.", depth - 1)
    return found


def _is_records(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)


def _frame(source: Source, held: Any, notes: list[str]) -> pd.DataFrame:
    for fits, make in SHAPES:
        if fits(held):
            with readable(source, "table in JSON"):
                return make(source, held, notes)
    if is_recipe_like(held):
        raise DataError(f"{source} is a recipe, not a table", "recipes are written as TOML")
    raise DataError(f"{source} holds JSON that is no table: {_outline(held)}", LAYOUTS)


def _outline(held: Any) -> str:
    if isinstance(held, dict):
        return f"an object with {listed(list(held), 5)}"
    if isinstance(held, list):
        return f"a list of {len(held)} values" if held else "an empty list"
    return f"one value, {str(held)[:40]!r}"


def _from_records(source: Source, held: Any, notes: list[str]) -> pd.DataFrame:
    import pandas as pd

    if not any(isinstance(value, dict) for record in held for value in record.values()):
        return pd.DataFrame(held)
    notes.append("objects in cells have become columns of their own, named 'outer.inner'")
    return pd.json_normalize(held, max_level=1)


def _from_columns(source: Source, held: Any, notes: list[str]) -> pd.DataFrame:
    import pandas as pd

    lengths = {len(column) for column in held.values()}
    if len(lengths) > 1:
        told = ", ".join(f"'{name}' {len(column)}" for name, column in list(held.items())[:5])
        raise DataError(
            f"{source} has columns of different lengths: {told}", "each row needs all its values"
        )
    return pd.DataFrame(held)


def _from_split(source: Source, held: Any, notes: list[str]) -> pd.DataFrame:
    import pandas as pd

    try:
        return pd.DataFrame(held["data"], columns=held["columns"])
    except ValueError as error:
        raise DataError(
            f"{source} has rows that do not fit its {len(held['columns'])} columns: {error}",
            "each row needs all its values",
        ) from error


def _from_schema(source: Source, held: Any, notes: list[str]) -> pd.DataFrame:
    """pandas' `orient="table"`: records, and a schema that says which fields are dates."""
    import pandas as pd

    frame = pd.DataFrame(held["data"])
    fields = held["schema"].get("fields", [])
    for name in (field.get("name") for field in fields if field.get("type") == "datetime"):
        if name in frame:
            frame[name] = pd.to_datetime(frame[name])
    index = [name for name in held["schema"].get("primaryKey", []) if name == "index"]
    return frame.drop(columns=index)  # pandas' own numbers of the rows


def _from_labelled(source: Source, held: Any, notes: list[str]) -> pd.DataFrame:
    """Objects in an object: pandas' default `{column: {row: value}}`, or its `orient="index"`."""
    import pandas as pd

    inner = list(next(iter(held.values())))
    if all(key.isdigit() for key in inner) or (
        not all(key.isdigit() for key in held) and len(inner) > len(held)
    ):
        notes.append("read as {column: {row: value}}")
        return pd.DataFrame({name: list(column.values()) for name, column in held.items()})
    notes.append("read as {row: {column: value}}")
    return pd.DataFrame(list(held.values()))


def _all(kind: type) -> Callable[[Any], bool]:
    def fits(held: Any) -> bool:
        values = held.values() if isinstance(held, dict) else ()
        return bool(values) and all(isinstance(value, kind) for value in values)

    return fits


def _has(**kinds: type) -> Callable[[Any], bool]:
    def fits(held: Any) -> bool:
        return isinstance(held, dict) and all(
            isinstance(held.get(key), kind) for key, kind in kinds.items()
        )

    return fits


def _is_columns(held: Any) -> bool:
    return _all(list)(held) and not any(map(_is_records, held.values()))


def _is_labelled(held: Any) -> bool:
    return _all(dict)(held) and not is_recipe_like(held) and not _tables(held)


Make = Callable[[Source, Any, list[str]], "pd.DataFrame"]
SHAPES: tuple[tuple[Callable[[Any], bool], Make], ...] = (
    (_is_records, _from_records),
    (_has(columns=list, data=list), _from_split),
    (_has(schema=dict, data=list), _from_schema),
    (_is_columns, _from_columns),
    (_is_labelled, _from_labelled),
)
