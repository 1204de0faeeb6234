"""A report in each format that there is."""

from importlib import import_module

from rich.console import Console

from nndoctor.findings import Report
from nndoctor.report.document import render_json
from nndoctor.report.terminal import render_text
from nndoctor.visible import MANY_LINES, all_visible

# Where `render_FORMAT` is of those that know no console; a run needs one of them, or none.
MODULES = {
    "markdown": "markdown",
    "junit": "junit",
    "sarif": "sarif",
    "github": "github",
    "csv": "csv_table",
}


def rendered(report: Report, format: str, console: Console, verbosity: int = 0) -> str:
    """The whole text; what would act where it is read is spelled out."""
    if format == "text":
        return render_text(report, console, verbosity)
    if format == "json":
        return render_json(report)
    module = import_module(f".{MODULES[format]}", __package__)
    text: str = getattr(module, f"render_{format}")(all_visible(report, MANY_LINES))
    return text


def render(report: Report, format: str, console: Console, verbosity: int = 0) -> None:
    """Writes the report in one go, so that a closed pipe shows as one BrokenPipeError."""
    console.file.write(rendered(report, format, console, verbosity))
    console.file.flush()
