"""Whether the first lines of a table are names, titles, units, or rows already."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from .cells import Reads, reads_like
from .records import Record

ORANGE_KINDS = {"c", "d", "s", "t", "continuous", "discrete", "string", "time"}
ORANGE_ROLES = {"class", "c", "meta", "m", "ignore", "i"}
RULE = frozenset(" \t:+=-")  # drawn of these
DIGITS = 18  # a whole number of more counts nothing, and of 4301 is no int to Python
SAMPLE = 200  # rows below that a line is compared with
MOSTLY = 0.9  # of a column's cells
SURE, WEAK = 3, 1  # votes: a text above numbers is a name; a whole number may be one
MORE_LINES = 2  # which may stand below the names: units, or further names
TEXTS = 5  # rows, at least, for which a text that is new says something


@dataclass(frozen=True)
class Heading:
    """What stands above the first row.

    `titles` and `extra`: how many lines there are above the names and below them. `names` is
    None where a table has none; `joined` where they are made of two lines, the one below as well.
    """

    titles: int
    names: list[str] | None
    extra: int = 0
    joined: bool = False

    @property
    def lines(self) -> int:
        return self.titles + (self.names is not None) + self.extra


def usual_width(rows: Sequence[Record]) -> int:
    """The number of fields that most rows have; the first line may be a title, or names."""
    widths = Counter(len(row.fields) for row in rows[1:] or rows)
    return widths.most_common(1)[0][0]


def filled_width(rows: Sequence[Record]) -> int:
    """The same without the last fields that are empty in all rows below the first."""
    filled = (_filled_to(row.fields) for row in rows[1:] or rows)
    return min(usual_width(rows), max(filled, default=0) or 1)


def find_heading(rows: Sequence[Record], width: int, said: bool | None) -> Heading:
    """What the first rows are; `said` is what the user says of a line of names."""
    titles = _titles(rows, width)
    first, below = rows[titles].fields, [row.fields for row in rows[titles + 1 :]]
    named = said if said is not None else is_names(first, below) or _again(first, below)
    if not named:
        spread = any(
            len(_filled(row.fields)) > 1 and not _tells_size(row.fields, width)
            for row in rows[:titles]
        )
        return Heading(0 if spread else titles, None)
    return named_by(first, below, titles)


def named_by(first: list[str], below: list[list[str]], titles: int = 0) -> Heading:
    """The heading whose names are in `first`, or in it and the line below together."""
    names = [cell.strip() for cell in first]
    extra = _lines_below_names(below, len(names))
    if extra == 1 and not _is_rule(below[0]) and _go_on(names, below[0]):
        return Heading(titles, _joined(names, below[0]), extra, joined=True)
    return Heading(titles, names, extra)


def names_in_comment(cells: list[str], rows: Sequence[Record], width: int) -> bool:
    """Whether a comment above a table names its columns."""
    below = [row.fields for row in rows]
    return len(cells) == width > 1 and _are_texts(cells) and _vote(cells, below) >= 0


def _titles(rows: Sequence[Record], width: int) -> int:
    """How many lines at the top are a title, or tell of the file."""
    for i, row in enumerate(rows[:-1]):
        filled = _filled(row.fields)
        alone = len(filled) == 1 and (width > 2 or len(row.fields) < width)
        texts = any(reads_like(cell) is Reads.TEXT for cell in filled)
        narrow = len(row.fields) < width - 1 or (
            len(row.fields) == width - 1 and _names_follow(rows[i + 1 :], width)
        )
        title = alone or narrow or _tells_size(row.fields, width)
        if filled and not (texts and title):
            return i
    return len(rows) - 1


def _tells_size(cells: list[str], width: int) -> bool:
    """Whether a line has how many rows and features follow, and the classes, as scikit-learn's."""
    rows, features, *classes = [*_filled(cells), "", ""]
    named = [name for name in classes if name]
    counts = rows.isdecimal() and features == str(width - 1)
    return counts and len(named) > 1 and all(reads_like(name) is Reads.TEXT for name in named)


def _names_follow(rows: Sequence[Record], width: int) -> bool:
    """Whether the first of some rows has a name for each column: no row below a line of names."""
    first, *below = [row.fields for row in rows]
    return len(first) == width and _are_texts(first) and _vote(first, below) > 0


def _again(first: list[str], below: list[list[str]]) -> bool:
    """Whether a first line of texts stands above numbers, and once more among the rows."""
    others = [row for row in below if row != first]
    return 0 < len(others) < len(below) and _are_texts(first) and _vote(first, others) >= SURE


def is_names(first: list[str], below: list[list[str]]) -> bool:
    """Whether the cells of a first line are the names of the columns below, not a row of them."""
    if len(first) > 2 and [cell.strip() for cell in first] == list(map(str, range(len(first)))):
        return True  # as pandas names columns without names
    vote = _vote(first, below)
    return vote > 0 or (vote == 0 and _are_texts(first))


def _are_texts(cells: list[str]) -> bool:
    """Whether cells are texts, each another; the first may be empty, above a column of indices."""
    filled = [cell.strip() for cell in (cells if cells[0].strip() else cells[1:])]
    return len(set(filled)) == len(filled) and all(
        reads_like(cell) is Reads.TEXT for cell in filled
    )


def _vote(first: list[str], below: list[list[str]]) -> int:
    """How much a line differs from the rows below, column by column; below 0 where it is alike."""
    counting = _vote_for_counting(first, below)
    offset = 1 if below and len(below[0]) == len(first) + 1 else 0  # an index without a name
    settled = min(MORE_LINES, len(below) // 2)
    vote = 0
    for j, cell in enumerate(map(str.strip, first)):
        column = [row[j + offset].strip() for row in below[:SAMPLE] if len(row) > j + offset]
        known = [value for value in column if reads_like(value) is not Reads.MISSING]
        if not cell:
            vote += SURE if j == 0 and len(known) > 1 and len(set(known)) == len(column) else 0
        elif known and _are_numbers(known[settled:] or known):
            vote += _vote_above_numbers(cell, counting)
        elif known:
            vote += _vote_above_texts(cell, known)
    return vote


def _vote_above_numbers(cell: str, counting: int) -> int:
    reads = reads_like(cell)
    if reads is Reads.TEXT:
        return SURE
    if reads is Reads.FIGURE or (reads is Reads.NUMBER and not cell.isdecimal()):
        return -SURE
    return counting if reads is Reads.NUMBER else -WEAK


def _vote_above_texts(cell: str, column: list[str]) -> int:
    if cell in column:
        return -SURE
    if reads_like(cell) is Reads.MISSING:
        return -WEAK
    few = len(column) >= TEXTS and len(set(column)) <= len(column) / 2
    coded = not any(map(str.isdigit, cell)) and all(
        any(map(str.isdigit, value)) for value in column
    )
    return WEAK if few or coded else 0


def _vote_for_counting(first: list[str], below: list[list[str]]) -> int:
    """The vote of each whole number in a line: a name where they count up, as 0, 1, 2 or years."""
    start = _counted_from(first)
    if start is None or any(_counted_from(row) is not None for row in below[:TEXTS]):
        return -WEAK
    alone = all(reads_like(cell) is Reads.NUMBER for cell in first)
    return WEAK if start > 1000 or (start < 2 and not alone) else 0


def _counted_from(cells: list[str]) -> int | None:
    """The first of three or more whole numbers that count up; other cells do not matter."""
    whole = (cell for cell in map(str.strip, cells) if cell.isdecimal() and len(cell) <= DIGITS)
    numbers = [int(cell) for cell in whole]
    steps = {after - before for before, after in pairwise(numbers)}
    return numbers[0] if len(numbers) > 2 and steps == {1} else None


def _go_on(names: list[str], below: list[str]) -> bool:
    """Whether names that are not distinct, or not there, go on in the line below."""
    spread = len(set(names)) < len(names)
    gaps = any(lower.strip() and not upper for upper, lower in zip(names, below, strict=True))
    return spread or (gaps and _are_texts(_filled(below)))


def _is_rule(cells: list[str]) -> bool:
    """Whether a line is drawn under the names, as Markdown writes it: |---|:--:|."""
    text = "".join(cells)
    return RULE.issuperset(text) and ("---" in text or "===" in text)


def _lines_below_names(below: list[list[str]], width: int) -> int:
    """How many lines of units, or further names, stand between names and rows."""
    if len(below) > 3 and _are_roles(below[0], below[1]):
        return 2
    extra = int(len(below) > 1 and _is_rule(below[0]))
    while extra + 2 < len(below) and _is_no_row(below[extra], below[extra + 1 :], width):
        extra += 1
    return extra


def _are_roles(kinds: list[str], roles: list[str]) -> bool:
    """Whether two lines tell the kinds of columns and what they are for, as Orange writes them."""
    told = {role.split("#")[0] for role in _filled(roles)}
    known = sum(kind.strip() in ORANGE_KINDS for kind in kinds)
    return bool(told) and told <= ORANGE_ROLES and known > len(kinds) / 2


def _is_no_row(cells: list[str], below: list[list[str]], width: int) -> bool:
    """Whether there is a text, or nothing, above each column of numbers, two at least."""
    if len(cells) != width:
        return False
    texts = 0
    for j, cell in enumerate(map(str.strip, cells)):
        column = [row[j] for row in below[:SAMPLE] if len(row) > j]
        known = [value for value in column if reads_like(value) is not Reads.MISSING]
        if cell and known and _are_numbers(known):
            if reads_like(cell) is not Reads.TEXT:
                return False
            texts += 1
    return texts > 1


def _are_numbers(cells: list[str]) -> bool:
    return sum(reads_like(cell) is not Reads.TEXT for cell in cells) >= MOSTLY * len(cells)


def _joined(above: list[str], below: list[str]) -> list[str]:
    """Names in two lines, the upper ones spread over several columns."""
    joined, last = [], ""
    for upper, lower in zip(above, map(str.strip, below), strict=True):
        last = upper or last
        joined.append("_".join(filter(None, (last, lower))))
    return joined


def _filled_to(cells: list[str]) -> int:
    """How many fields there are up to the last one that is not empty."""
    return next((j for j in range(len(cells), 0, -1) if cells[j - 1].strip()), 0)


def _filled(cells: list[str]) -> list[str]:
    return [cell for cell in cells if cell.strip()]
