"""How a text is laid out: its separator, comments, names and first row, told by its head."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field

from nndoctor.errors import DataError

from .cells import Parse, parse_as
from .comments import MARKS, comment_mark
from .encoding import Utf8
from .header import Heading, filled_width, find_heading, names_in_comment, usual_width
from .names import checked_names, distinct_names
from .ragged import open_quote, unequal
from .records import QUOTE, Record, records
from .separator import RARE, SEPARATORS, said_separator, sniff, sniff_quote
from .table import HowToRead

HEAD = 1 << 18  # bytes that are looked at
HEAD_LINES = 20  # or more where lines are long ...
LONGEST = 1 << 25  # ... up to so many bytes
SEPARATOR_NAMES = SEPARATORS | RARE


@dataclass(frozen=True)
class Head:
    """The first lines of a text, with their ends; `whole` where there are no others."""

    lines: list[str]
    whole: bool


@dataclass(frozen=True)
class Layout:
    """What has to be known of a text to parse it.

    `start`: the byte of UTF-8 where the first row begins, `first` its line. `kinds`: how to parse
    the columns. `spare`: how many trailing columns have no name, and seem to have no values
    either. `left_out`: how many lines above the first row have too many or too few fields.
    """

    separator: str
    quote: str
    comment: str
    start: int
    first: int
    names: list[str]
    named: bool
    kinds: list[Parse]
    spare: int
    left_out: int
    notes: list[str] = field(default_factory=list)


def read_head(text: Utf8, source: str) -> tuple[bytes, Head]:
    """The first bytes of a text, and the lines that end in them."""
    head, block = b"", text.read()
    while block:
        head += block
        if len(head) >= HEAD and head.count(b"\n") + head.count(b"\r") > HEAD_LINES:
            break
        if len(head) >= LONGEST:
            raise DataError(
                f"{source} is no table of text: its first {HEAD_LINES} lines have more than"
                f" {LONGEST >> 20} MB",
                "are its lines separated?",
            )
        block = text.read()
    end = max(head.rfind(b"\n"), head.rfind(b"\r")) + 1 if block else len(head)
    return head, Head(list(io.StringIO(head[:end].decode(), newline="")), not block)


def lay_out(head: Head, how: HowToRead, source: str) -> Layout:
    """The layout that the head of a text, and what the user says of it, tell."""
    said = said_separator(head.lines[0]) if head.lines else ""
    plain = [line for line in head.lines[bool(said) :] if not line.lstrip().startswith(MARKS)]
    quote = sniff_quote(plain or head.lines)
    separator = said or sniff(plain or head.lines, quote)
    rows = _records(head, separator, quote, source)[bool(said) :]
    if not rows:
        raise DataError(f"{source} has no rows", "it is empty but for blank lines")
    mark = comment_mark(rows, usual_width(rows))
    above, rows = _without_comments(rows, mark)
    if not rows:
        raise DataError(f"{source} has no rows", f"all its lines begin with {mark}")
    width = usual_width(rows)
    heading = find_heading(rows, filled_width(rows), how.header)
    body = rows[heading.lines :][: how.limit]
    names = heading.names
    if names is None and how.header is None and above:
        cells = _cells_of_comment(above[-1], mark, separator)
        names = cells if names_in_comment(cells, rows, width) else None
    if not body:
        raise DataError(f"{source} has no rows", "there is nothing after the line of names")
    named = names is not None
    below = body
    if how.skip_bad_lines:
        widths = {len(row.fields) for row in body}
        fitting = len(names) if names and len(names) in widths else usual_width(body)
        body = [row for row in body if len(row.fields) == fitting]
    names, index = _fitted(names if names is not None else [""] * width, body, rows, source)
    width = len(names)
    if len(body[0].fields) > width:  # of all lines, pandas cuts this one without a word
        raise unequal(source, body[0].line, width, len(body[0].fields))
    spare = _spare(names if named else [""] * width, body)
    if how.names:
        names, named = checked_names(how.names, width, spare, source), True
    distinct, notes = distinct_names(names, spare)
    if not named:
        through = f"c1 to {distinct[-1 - spare]}" if width - spare > 1 else "c1"
        notes = [f"it has no line of names: columns are {through}"]
    if index:
        notes.append("the first column has no name: called 'index'")
    return Layout(
        separator,
        quote,
        mark,
        len("".join(head.lines[: body[0].line - 1]).encode()),
        body[0].line,
        distinct,
        named,
        _kinds(body, width),
        spare,
        below.index(body[0]),
        [*_told(separator, quote, heading, rows), *notes],
    )


def _records(head: Head, separator: str, quote: str, source: str) -> list[Record]:
    found: list[Record] = []
    try:
        found.extend(records(head.lines, separator, quote))
    except csv.Error as error:
        raise open_quote(source, found[-1].line + 1 if found else 1) from error
    return found if head.whole or len(found) < 2 else found[:-1]  # which may go on


def _without_comments(rows: list[Record], mark: str) -> tuple[list[Record], list[Record]]:
    """The comments above the first row, and the rows."""
    kept = [row for row in rows if not row.starts_with(mark)]
    above = [row for row in rows if row.starts_with(mark) and (not kept or row.line < kept[0].line)]
    return above, kept


def _cells_of_comment(comment: Record, mark: str, separator: str) -> list[str]:
    text = comment.text.strip().lstrip(mark)
    return [cell.strip() for row in records([text], separator) for cell in row.fields]


def _fitted(
    names: list[str], body: list[Record], rows: list[Record], source: str
) -> tuple[list[str], bool]:
    """As many names as there are fields, and whether an index without a name was met."""
    width = usual_width(body)
    while len(names) > width and not names[-1]:
        names = names[:-1]
    full = [row.fields for row in body if len(row.fields) == width]
    if len(names) < width and not any(cell.strip() for row in full for cell in row[len(names) :]):
        return [*names, *[""] * (width - len(names))], False
    if len(names) == width - 1 and len({fields[0] for fields in full}) == len(full) > 1:
        return ["index", *names], True
    if len(names) < width:
        line = next(row.line for row in body if len(row.fields) != len(names))
        raise unequal(source, line, len(names), width)
    return names, False


def _spare(names: Sequence[str], body: list[Record]) -> int:
    """How many columns at the end have neither a name nor a value in the head."""
    spare = 0
    for j in reversed(range(1, len(names))):
        if names[j] or any(row.fields[j].strip() for row in body if len(row.fields) > j):
            break
        spare += 1
    return spare


def _kinds(body: list[Record], width: int) -> list[Parse]:
    return [parse_as([row.fields[j] for row in body if len(row.fields) > j]) for j in range(width)]


def _told(separator: str, quote: str, heading: Heading, rows: list[Record]) -> list[str]:
    notes = []
    if usual_width(rows) == 1:
        notes.append("nothing that separates fields was found: it has one column")
    elif separator != ",":
        notes.append(f"fields are separated by {SEPARATOR_NAMES.get(separator, repr(separator))}")
    if quote != QUOTE:
        notes.append("texts stand between single quotation marks")
    if heading.joined:
        notes.append("names are made of 2 lines")
    for count, where, place in (
        (heading.titles, "above the rows" if heading.names is None else "above the names", 0),
        (0 if heading.joined else heading.extra, "below the names", heading.titles + 1),
    ):
        if count:
            lines = "1 line" if count == 1 else f"{count} lines"
            shown = rows[place].text.strip()
            shown = shown if len(shown) < 50 else shown[:47] + "..."
            notes.append(f"{lines} {where} left out: {shown!r}")
    return notes
