"""Tables that keep every value on narrow consoles: text folds, columns move to a next part."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import rich.table
from rich import box
from rich.cells import cell_len
from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from nndoctor.findings import Cell, Histogram, Status, Table
from nndoctor.report.cells import (
    DIGITS,
    MOST_DIGITS,
    STATUS_STYLES,
    STATUS_WORDS,
    close,
    number,
    sparkline,
)

MOST_ROWS = 40

_INDENT = 2
_GAP = 2
_NARROWEST_TEXT = 16
_WIDEST_WORD = 26  # that is kept whole
_EMPTY = "-"
# Said to be ASCII so that rich keeps it: its own substitute draws a line beside every cell.
_BOX = box.Box(str(box.SIMPLE_HEAD), ascii=True)


def draw_table(table: Table, width: int, *, every_row: bool = False) -> Iterator[RenderableType]:
    """The name, the table in as many parts as it needs, and the caption."""
    rows = table.rows if every_row else table.rows[:MOST_ROWS]
    digits = _digits(table.columns, rows)
    columns = [
        _Column(header, [row[position] for row in rows], [row[position] for row in digits])
        for position, header in enumerate(table.columns)
    ]
    yield Text(table.name, "bold")
    for index, part in enumerate(_parts(columns, width - _INDENT)):
        yield Padding(_draw(part, width - _INDENT), (1 if index else 0, 0, 0, _INDENT))
    left_out = len(table.rows) - len(rows)
    if left_out:
        noun = "row" if left_out == 1 else "rows"
        yield _below(f"{left_out} more {noun} left out; -v shows every one")
    if table.caption:
        yield _below(table.caption)


def _below(text: str) -> Padding:
    return Padding(Text(text, "dim"), (0, 0, 0, _INDENT))


def _digits(columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> list[list[int]]:
    """Of each cell: more than usual where one beside it would look the same, or a loss above it.

    What lies close to such a value has them too, so that the two can be compared. A loss that falls
    from 2.302576 to 2.302420 is all there is to see at a rate far too low; of two scores that look
    alike there is nothing more to know.
    """
    losses = [
        cells
        for name, cells in zip(columns, zip(*rows, strict=True), strict=False)
        if "loss" in name
    ]
    lines = (*rows, *losses)
    looks = [
        (number(one), number(other))
        for line in lines
        for one, other in pairwise(line)
        if isinstance(one, float) and isinstance(other, float) and close(one, other)
    ]
    alike = {one for one, other in looks if one == other}
    told_apart = {look for pair in looks if alike & {*pair} for look in pair}
    return [
        [
            MOST_DIGITS if isinstance(cell, float) and number(cell) in told_apart else DIGITS
            for cell in row
        ]
        for row in rows
    ]


class _Column:
    """A header and its cells as they look, with the widths they can live with."""

    def __init__(self, header: str, cells: Sequence[Cell], digits: Sequence[int]) -> None:
        self.header = header
        self.foldable = any(isinstance(c, str) and not isinstance(c, Status) for c in cells)
        self.numeric = not self.foldable and any(isinstance(c, int | float) for c in cells)
        self.cells = _looks(cells, digits, self.numeric)
        widest_cell = max((cell.cell_len for cell in self.cells), default=0)
        longest_word = max(map(cell_len, header.split()), default=0)
        # A header of several words folds rather than making a column of short numbers wide.
        self.natural = max(widest_cell, cell_len(header) if self.foldable else longest_word)
        self.least = min(self.natural, self._narrowest()) if self.foldable else self.natural

    def _narrowest(self) -> int:
        """Wide enough for a key of a recipe in one piece, not for whatever a sentence holds."""
        words = [len(cell.plain) for cell in self.cells if " " not in cell.plain]
        return max(_NARROWEST_TEXT, *(one for one in [*words, 0] if one <= _WIDEST_WORD))


def _looks(cells: Sequence[Cell], digits: Sequence[int], numeric: bool) -> list[Text]:
    if any(isinstance(cell, Histogram) for cell in cells):
        return _histograms(cells)
    looks = [_look(cell, count) for cell, count in zip(cells, digits, strict=True)]
    if numeric:
        fraction = max(_fraction(look.plain) for look in looks)
        for look in looks:
            look.pad_right(fraction - _fraction(look.plain))
    return looks


def _look(cell: Cell, digits: int = DIGITS) -> Text:
    if isinstance(cell, Status):
        return Text(STATUS_WORDS[cell], STATUS_STYLES[cell])
    if isinstance(cell, str):
        return Text(cell)
    if cell is None or isinstance(cell, Histogram):
        return Text(_EMPTY, "dim")
    text = number(cell, digits)
    return Text(text, "bold red" if text in ("NaN", "inf", "-inf") else "")


def _fraction(text: str) -> int:
    """How many characters follow the units, so that decimal points line up."""
    places = [text.index(mark) for mark in (".", "e") if mark in text]
    return len(text) - min(places, default=len(text))


def _histograms(cells: Sequence[Cell]) -> list[Text]:
    """Bars between the ends of their range, which line up over the rows."""
    drawn = [c for c in cells if isinstance(c, Histogram)]
    low = max(len(number(h.low)) for h in drawn)
    high = max(len(number(h.high)) for h in drawn)
    looks = []
    for cell in cells:
        if isinstance(cell, Histogram):
            bars = (sparkline(cell), "cyan")
            left, right = f"{number(cell.low):>{low}} ", f" {number(cell.high):<{high}}"
            looks.append(Text.assemble((left, "dim"), bars, (right, "dim")))
        else:
            looks.append(_look(cell))
    return looks


def _parts(columns: Sequence[_Column], width: int) -> list[list[_Column]]:
    """As few runs of columns as fit; each begins with the first column, which names the rows.

    The last one alone would say little (an interval without its number): it takes one along.
    """
    parts: list[list[_Column]] = []
    for column in columns:
        if parts and _least(parts[-1]) + _GAP + column.least <= width:
            parts[-1].append(column)
        else:
            parts.append([columns[0], column] if parts else [column])
    if len(parts) > 1 and len(parts[-1]) == 2 and len(parts[-2]) > 3:
        name, last = parts[-1]
        if _least(together := [name, parts[-2][-1], last]) <= width:
            parts[-2:] = [parts[-2][:-1], together]
    return parts


def _least(columns: Sequence[_Column]) -> int:
    return sum(column.least + _GAP for column in columns) - _GAP


def _draw(columns: Sequence[_Column], width: int) -> rich.table.Table:
    drawn = rich.table.Table(
        box=_BOX,
        show_edge=False,
        pad_edge=False,
        padding=(0, _GAP - 1, 0, 0),
        header_style="dim",
        border_style="dim",
    )
    widths = _widths(columns, width)
    for column, its_width in zip(columns, widths, strict=True):
        header = Text(column.header, justify="right" if column.numeric else "left")
        drawn.add_column(header, width=its_width, overflow="fold")
        if column.numeric:  # justified by hand, for rich would strip what lines up the points
            for cell in column.cells:
                cell.pad_left(its_width - cell.cell_len)
    for row in zip(*(column.cells for column in columns), strict=True):
        drawn.add_row(*row)
    return drawn


def _widths(columns: Sequence[_Column], width: int) -> list[int]:
    """The natural widths, the widest text cut down first where they are too much together."""
    widths = [column.natural for column in columns]
    excess = sum(widths) + _GAP * (len(widths) - 1) - width
    while excess > 0:
        shrinkable = [i for i, c in enumerate(columns) if widths[i] > c.least]
        if not shrinkable:
            break
        widest = max(shrinkable, key=lambda i: widths[i])
        widths[widest] -= 1
        excess -= 1
    return widths
