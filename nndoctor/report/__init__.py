"""Draws reports, for people and for machines; computes nothing."""

from collections.abc import Callable

from rich.console import Console

from nndoctor.findings import Report
from nndoctor.report.console import ascii_only, make_console
from nndoctor.report.document import render_json
from nndoctor.report.progress import ProgressWatch
from nndoctor.report.tables import draw_table
from nndoctor.report.terminal import render_text

Renderer = Callable[[Report, Console, int], str]

RENDERERS: dict[str, Renderer] = {
    "text": render_text,
    "json": lambda report, console, verbosity: render_json(report),
}


def render(report: Report, format: str, console: Console, verbosity: int = 0) -> None:
    """Writes the report in one go, so that a closed pipe shows as one BrokenPipeError."""
    text = RENDERERS[format](report, console, verbosity)
    console.file.write(text)
    console.file.flush()


__all__ = [
    "RENDERERS",
    "ProgressWatch",
    "ascii_only",
    "draw_table",
    "make_console",
    "render",
    "render_json",
    "render_text",
]
