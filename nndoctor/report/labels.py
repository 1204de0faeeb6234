"""Labels on the left, each said once, and folded lines beside them."""

from collections.abc import Iterable, Iterator

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

_WIDTH = 10


def labelled(rows: Iterable[tuple[str, Text]], indent: int = 0) -> RenderableType:
    """One row for each pair; a label that was said in the row before is left out."""
    grid = Grid.grid(padding=(0, 2, 0, 0))
    grid.add_column(width=_WIDTH, style="dim")
    grid.add_column(overflow="fold")
    for label, text in _once(rows):
        grid.add_row(label, text)
    return Padding(grid, (0, 0, 0, indent))


def _once(rows: Iterable[tuple[str, Text]]) -> Iterator[tuple[str, Text]]:
    last = ""
    for label, text in rows:
        yield (label if label != last else ""), text
        last = label
