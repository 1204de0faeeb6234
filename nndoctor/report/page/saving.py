"""The page as text and as a file."""

from pathlib import Path
from typing import TYPE_CHECKING

from nndoctor.findings import Report
from nndoctor.outputs import claimed, write_text
from nndoctor.visible import MANY_LINES, all_visible

if TYPE_CHECKING:
    from jinja2 import Environment


def page(report: Report) -> str:
    """The whole page; names with markup or control characters in them are harmless."""
    return _filled("page.html", report)


def cell(report: Report) -> str:
    """All of it but recipe and environment, for a notebook: its styles reach nothing around it."""
    return _filled("cell.html", report)


def save_page(report: Report, path: str | Path, force: bool = False) -> None:
    """Writes the page. Raises UsageError where it can't, or a file is there without `force`."""
    with claimed(Path(path), force=force):
        write_page(report, Path(path))


def write_page(report: Report, path: Path) -> None:
    """The same into a place that is claimed already."""
    write_text(path, page(report))


def _filled(template: str, report: Report) -> str:
    from .contents import contents

    told = contents(all_visible(report, MANY_LINES))
    return _templates().get_template(template).render(told)


def _templates() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
