"""A report in each format that there is."""

from collections.abc import Callable

from rich.console import Console

from nndoctor.findings import Report
from nndoctor.report.csv_table import render_csv
from nndoctor.report.document import render_json
from nndoctor.report.github import render_github
from nndoctor.report.junit import render_junit
from nndoctor.report.markdown import render_markdown
from nndoctor.report.sarif import render_sarif
from nndoctor.report.terminal import render_text
from nndoctor.visible import MANY_LINES, all_visible

Renderer = Callable[[Report, Console, int], str]


def _shown(renderer: Callable[[Report], str]) -> Renderer:
    """One that knows no console; what would act where it is read is spelled out before."""
    return lambda report, console, verbosity: renderer(all_visible(report, MANY_LINES))


_SHOWN: dict[str, Callable[[Report], str]] = {
    "markdown": render_markdown,
    "junit": render_junit,
    "sarif": render_sarif,
    "github": render_github,
    "csv": render_csv,
}
RENDERERS: dict[str, Renderer] = {
    "text": render_text,
    "json": lambda report, console, verbosity: render_json(report),
    **{name: _shown(renderer) for name, renderer in _SHOWN.items()},
}


def render(report: Report, format: str, console: Console, verbosity: int = 0) -> None:
    """Writes the report in one go, so that a closed pipe shows as one BrokenPipeError."""
    text = RENDERERS[format](report, console, verbosity)
    console.file.write(text)
    console.file.flush()
