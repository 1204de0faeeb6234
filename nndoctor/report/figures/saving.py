"""The figures of a report, each in a file of its own."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from nndoctor.errors import UsageError
from nndoctor.findings import Evidence, Report
from nndoctor.outputs import claimed_folder, make_folder, written
from nndoctor.visible import all_visible

from .drawers import DRAWERS
from .style import styled

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMATS = ("svg", "png")
_LONGEST_NAME = 60
_DPI = 150


def figures(report: Report) -> "Iterator[tuple[str, Figure]]":
    """Name and figure of each piece of evidence that can be drawn, those of the report first."""
    used: dict[str, int] = {}
    with styled():
        for piece in all_visible(_pieces(report)):
            figure = DRAWERS[type(piece)](piece)
            if figure is None:
                continue
            name = _slug(_named(report.command, piece.name))
            used[name] = used.get(name, 0) + 1
            yield (name if used[name] == 1 else f"{name}-{used[name]}"), figure


def save_plots(
    report: Report, folder: str | Path, format: str = "svg", force: bool = False
) -> list[Path]:
    """Draws all evidence into files in a folder, which is made where it is not there.

    Raises UsageError where it can't be written, or holds files already and `force` is not given.
    """
    with claimed_folder(Path(folder), force):
        return write_plots(report, Path(folder), format)


def write_plots(report: Report, folder: Path, format: str) -> list[Path]:
    """The same into a folder that is claimed already."""
    if format not in FORMATS:
        raise UsageError(f"no figure format named {format!r}", f"there are {', '.join(FORMATS)}")
    paths = []
    for name, figure in figures(report):
        make_folder(folder)
        path = folder / f"{name}.{format}"
        with written(path) as file:
            file.write(drawn(figure, format))
        paths.append(path)
    return paths


def drawn(figure: "Figure", format: str) -> bytes:
    """The bytes of such a file, the same each time."""
    file = io.BytesIO()
    with styled():
        metadata = {"Date": None} if format == "svg" else {}
        figure.savefig(file, format=format, dpi=_DPI, metadata=metadata)
    return file.getvalue()


def _pieces(report: Report) -> tuple[Evidence, ...]:
    return (*report.evidence, *(one for finding in report.findings for one in finding.evidence))


def _named(command: str, name: str) -> str:
    return name if name.startswith(command) else f"{command} {name}"


def _slug(text: str) -> str:
    words = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    return words[:_LONGEST_NAME].rstrip("-") or "figure"
