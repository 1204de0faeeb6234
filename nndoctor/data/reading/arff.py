"""ARFF, the format of Weka and OpenML.

SciPy's reader knows neither text attributes nor sparse rows, so header and rows are read here.
Source: https://waikato.github.io/weka-wiki/formats_and_processing/arff_stable/
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nndoctor.errors import DataError

from ..naming import listed
from .frames import table_of
from .source import Source
from .table import HowToRead, Table

if TYPE_CHECKING:
    import pandas as pd

ATTRIBUTE = re.compile(
    r"""@attribute\s+('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^\s{]+)\s*(\{.*\}|\S+)""", re.IGNORECASE
)
# of a row, behind it; begun at no blank after another, or long runs of them would take squares
WEIGHT = re.compile(r"(?<!\s)(?:\s*,\s*|\s+)\{\s*[\d.eE+-]+\s*\}$")
QUOTED = set("'\"\\")
NUMBERS = ("numeric", "real", "integer")
TARGETS = ("class",)  # a name that says what is to be learned


@dataclass(frozen=True)
class _Attribute:
    name: str
    kind: str  # numeric, date, or text
    values: tuple[str, ...] = ()  # of a nominal one

    @property
    def zero(self) -> str:
        """What a sparse row means that leaves it out."""
        return self.values[0] if self.values else "0"


def read_arff(source: Source, how: HowToRead) -> Table:
    """Numbers, dates and texts as the header declares them; an attribute `class` is the target."""
    lines = _lines(source, how.encoding)
    attributes = _header(source, lines)
    numbers: list[int] = []
    rows: list[list[str | None]] = []
    weights = 0
    for number, line in lines:
        if how.limit is not None and len(rows) == how.limit:
            break
        plain = WEIGHT.sub("", line)
        weights += plain != line
        rows.append(_row(source, number, plain, attributes))
        numbers.append(number)
    frame = _frame(source, attributes, rows, numbers)
    target = next((a.name for a in attributes if a.name.lower() in TARGETS), "")
    return table_of(
        frame,
        str(source),
        how,
        notes=[*_undeclared(attributes, rows), *_weighted(weights)],
        line_of=lambda row: numbers[row - 1],
        target=target,
    )


def _lines(source: Source, encoding: str) -> Iterator[tuple[int, str]]:
    """The lines that are neither blank nor comments, with their numbers from 1."""
    with source.open() as file:
        content = file.read()
    try:
        text = content.decode(encoding or "utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    except LookupError as error:
        raise DataError(f"'{encoding}' is no encoding", "--encoding utf-8, for instance") from error
    for number, line in enumerate(text.splitlines(), start=1):
        stripped = line.strip()
        if stripped and not stripped.startswith("%"):
            yield number, stripped


def _header(source: Source, lines: Iterator[tuple[int, str]]) -> list[_Attribute]:
    attributes: list[_Attribute] = []
    for number, line in lines:
        word = line.split(None, 1)[0].lower()
        if word == "@data":
            if attributes:
                return attributes
            break
        if word == "@attribute":
            found = ATTRIBUTE.match(line)
            if not found or found[2].lower() == "relational":
                raise DataError(
                    f"{source} has an attribute that can't be read in line {number}: {line[:60]}",
                    "@attribute NAME numeric, string, date or {a, b, c}",
                )
            attributes.append(_attribute(found[1], found[2]))
    missing = "@data" if attributes else "@attribute"
    raise DataError(f"{source} has no {missing} line", "is it a whole ARFF file?")


def _attribute(name: str, kind: str) -> _Attribute:
    name = _fields(name)[0] or ""
    if kind.startswith("{"):
        values = tuple(value or "" for value in _fields(kind[1:-1]))
        return _Attribute(name, "text", values)
    if kind.lower() in NUMBERS:
        return _Attribute(name, "numeric")
    return _Attribute(name, "date" if kind.lower() == "date" else "text")


def _fields(line: str) -> list[str | None]:
    """The fields of one line, None for a bare question mark."""
    separator = "," if "," in line else "\t" if "\t" in line else ","
    fields = line.split(separator)
    if not QUOTED.isdisjoint(line):
        reader = csv.reader(
            [line],
            delimiter=separator,
            quotechar=_quote(line),
            escapechar="\\",
            skipinitialspace=True,
        )
        fields = next(reader)
    return [None if field.strip() == "?" else field.strip() for field in fields]


def _quote(line: str) -> str:
    """The mark that fields of this line begin with; an apostrophe may stand inside of the other."""
    single, double = (re.search(rf"(?:^|[,{{\s]){mark}", line) for mark in "'\"")
    return '"' if double and not single else "'"


def _row(source: Source, number: int, line: str, attributes: list[_Attribute]) -> list[str | None]:
    if not line.startswith("{"):
        fields = _fields(line)
        if len(fields) != len(attributes):
            raise DataError(
                f"{source} has {len(fields)} fields in line {number}, expected {len(attributes)}",
                "is a comma missing or extra, or a text that contains one not quoted?",
            )
        return fields
    row: list[str | None] = [attribute.zero for attribute in attributes]
    for pair in _pairs(line):
        position, _, value = pair.partition(" ")
        if not position.isdigit() or int(position) >= len(row):
            raise DataError(
                f"{source} has a sparse row with '{pair}' in line {number}",
                f"'index value' is expected, the index from 0 to {len(row) - 1}",
            )
        row[int(position)] = _fields(value.strip())[0]
    return row


def _pairs(line: str) -> list[str]:
    """`3 'a, b'` of a sparse row; commas between quotes do not part them."""
    mark = _quote(line)
    inside = line.strip("{} \t")
    return [pair.strip() for pair in re.findall(rf"(?:{mark}[^{mark}]*{mark}|[^,])+", inside)]


def _frame(
    source: Source,
    attributes: list[_Attribute],
    rows: list[list[str | None]],
    numbers: list[int],
) -> pd.DataFrame:
    import pandas as pd

    columns: list[Any] = []
    for attribute, cells in zip(attributes, _turned(rows, len(attributes)), strict=True):
        column = pd.Series(cells, dtype=object)
        if attribute.kind == "text":
            columns.append(column)
            continue
        parse = pd.to_numeric if attribute.kind == "numeric" else _dates
        parsed = parse(column, errors="coerce")
        wrong = (parsed.isna() & column.notna()).to_numpy()
        if wrong.any():
            row = int(wrong.argmax())
            raise DataError(
                f"{source} has {column[row]!r} in the {attribute.kind} column "
                f"'{attribute.name}', line {numbers[row]}",
                "write ? where the value is missing, or declare the attribute as string",
            )
        columns.append(parsed)
    frame = pd.concat(columns, axis=1) if columns else pd.DataFrame()
    frame.columns = [attribute.name for attribute in attributes]
    return frame


def _dates(column: pd.Series[Any], errors: str) -> pd.Series[Any]:
    import pandas as pd

    return pd.to_datetime(column, errors="coerce", format="ISO8601")


def _turned(rows: list[list[str | None]], width: int) -> list[list[str | None]]:
    return [[row[i] for row in rows] for i in range(width)]


def _undeclared(attributes: list[_Attribute], rows: list[list[str | None]]) -> list[str]:
    notes = []
    for i, attribute in enumerate(attributes):
        if attribute.values:
            seen = {row[i] for row in rows if row[i] is not None}
            strange = sorted(str(value) for value in seen - set(attribute.values))
            if strange:
                notes.append(
                    f"column '{attribute.name}' has {listed(strange, 3)}, which its header does "
                    "not list"
                )
    return notes


def _weighted(rows: int) -> list[str]:
    return [f"{rows} row{'s' * (rows > 1)} with a weight: all rows count alike"] if rows else []
