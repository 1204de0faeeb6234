"""The options every examining command has, written once and joined to each command's own."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer

from ..catalogue import all_codes, codes_of
from ..errors import UsageError
from ..levels import FailOn
from ..limits import processors
from .columns import complete_column
from .completion import CODES, SETTINGS
from .data_options import DataOptions


class Format(StrEnum):
    """How the result is written."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    JUNIT = "junit"
    SARIF = "sarif"
    GITHUB = "github"
    CSV = "csv"


class Color(StrEnum):
    """When colours are used."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


Scheduler = Annotated[
    str | None,
    typer.Option(
        "--scheduler",
        metavar="ADDRESS",
        envvar="NNDOCTOR_SCHEDULER",
        help="Spread the runs over a Dask cluster, such as tcp://HOST:8786 (see docs/cluster.md).",
    ),
]


class PlotFormat(StrEnum):
    """How figures are written."""

    SVG = "svg"
    PNG = "png"


_OUTPUT, _INPUT = "Output", "Input"
MOST_UPDATES = 10**9  # that an option may ask for


@dataclass(frozen=True, kw_only=True)
class Output:
    """How a report is drawn, and what it exits with."""

    format: Annotated[
        Format,
        typer.Option(
            metavar="FORMAT",
            help=f"Format of the result on stdout: {', '.join(Format)}.",
            rich_help_panel=_OUTPUT,
        ),
    ] = Format.TEXT
    force: Annotated[
        bool,
        typer.Option("--force", help="Replace existing files.", rich_help_panel=_OUTPUT),
    ] = False
    html: Annotated[
        Path | None,
        typer.Option(
            "--html", metavar="FILE", help="Write the report as one page.", rich_help_panel=_OUTPUT
        ),
    ] = None
    baseline: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Known findings, which do not fail: an earlier result in JSON, or codes.",
            rich_help_panel=_OUTPUT,
        ),
    ] = None
    save_plots: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Save the figures in this folder.",
            rich_help_panel=_OUTPUT,
        ),
    ] = None
    plot_format: Annotated[
        PlotFormat, typer.Option(help="Format of these files.", rich_help_panel=_OUTPUT)
    ] = PlotFormat.SVG
    fail_on: Annotated[
        FailOn,
        typer.Option(
            metavar="LEVEL",
            help=f"Exit with 1 at this level of finding or worse: {', '.join(FailOn)}.",
            rich_help_panel=_OUTPUT,
        ),
    ] = FailOn.ERROR
    quiet: Annotated[
        bool,
        typer.Option(
            "--quiet",
            "-q",
            help="Only the verdict, or that of each check.",
            rich_help_panel=_OUTPUT,
        ),
    ] = False
    verbose: Annotated[
        bool,
        typer.Option(
            "--verbose",
            "-v",
            help="Everything, including thresholds and sources.",
            rich_help_panel=_OUTPUT,
        ),
    ] = False
    no_progress: Annotated[
        bool,
        typer.Option("--no-progress", help="No progress bar.", rich_help_panel=_OUTPUT),
    ] = False
    color: Annotated[Color, typer.Option(help="Colours.", rich_help_panel=_OUTPUT)] = Color.AUTO
    ascii: Annotated[
        bool,
        typer.Option("--ascii", help="ASCII characters only.", rich_help_panel=_OUTPUT),
    ] = False

    def __post_init__(self) -> None:
        if self.quiet and self.verbose:
            raise UsageError("--quiet beside --verbose", "give one of the two")

    @property
    def verbosity(self) -> int:
        """-1 quiet, 0 normal, 1 everything."""
        return -1 if self.quiet else int(self.verbose)


@dataclass(frozen=True, kw_only=True)
class Common(DataOptions, Output):
    """What every examining command is asked."""

    source: Annotated[
        str,
        typer.Argument(
            metavar="RECIPE|DATA", help="A recipe (.toml), a data file, or train.py:setup."
        ),
    ]
    target: Annotated[
        list[str] | None,
        typer.Option(
            "--target",
            "-t",
            metavar="COLUMN",
            rich_help_panel=_INPUT,
            autocompletion=complete_column,
            help="With a data file: the column to be learned. Repeat it for several.",
        ),
    ] = None
    set: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="KEY=VALUE",
            rich_help_panel=_INPUT,
            autocompletion=SETTINGS,
            help="Change a key of the recipe, such as optimizer.learning_rate=3e-3. Repeatable.",
        ),
    ] = None
    seed: Annotated[
        int | None,
        typer.Option(
            min=0,
            envvar="NNDOCTOR_SEED",
            rich_help_panel=_INPUT,
            help="Seed of every random draw (default: the recipe's).",
        ),
    ] = None
    select: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CODE",
            rich_help_panel=_OUTPUT,
            autocompletion=CODES,
            help="Only these checks, by code or its beginning, such as ND3. Repeatable.",
        ),
    ] = None
    ignore: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CODE",
            rich_help_panel=_OUTPUT,
            help="All but these. Repeatable.",
            autocompletion=CODES,
        ),
    ] = None
    save_recipe: Annotated[
        Path | None,
        typer.Option(help="Write the recipe as used, with all changes.", rich_help_panel=_INPUT),
    ] = None
    jobs: Annotated[
        int,
        typer.Option(
            "--jobs",
            "-j",
            min=0,
            max=1024,
            help="Runs in parallel; 0: one per processor.",
            rich_help_panel=_OUTPUT,
        ),
    ] = 0

    @property
    def overrides(self) -> tuple[str, ...]:
        """Changes of the recipe, `--set` last: it is the plainest word."""
        return (*self.of_data, *(self.set or ()))

    @property
    def codes(self) -> frozenset[str] | None:
        """The codes that were selected and not ignored, None for all; commas part them too."""
        if not self.select and not self.ignore:
            return None
        chosen, left_out = (
            codes_of(code for word in words or () for code in word.split(","))
            for words in (self.select, self.ignore)
        )
        return (chosen or all_codes()) - left_out

    @property
    def workers(self) -> int:
        """How many runs go side by side."""
        return self.jobs or processors()


def _ordered(kind: type[Output]) -> list[str]:
    """The argument first, then the options of the recipe, of the output, and of the data."""
    last = [field.name for base in (Output, DataOptions) for field in fields(base)]
    names = [field.name for field in fields(kind)]
    return sorted(names, key=lambda name: last.index(name) if name in last else -1)


def with_options(
    kind: type[Output], function: Callable[..., None], first: int = 0
) -> Callable[..., None]:
    """Gives `function(given, *, ...)` all fields of `kind` as options in place of `given`.

    So many of its `own` parameters stand first, such as arguments. One with the name of a field is
    asked in that field's place.
    """
    fields_of = inspect.signature(kind).parameters
    shared = {name: fields_of[name] for name in _ordered(kind)}
    own = list(inspect.signature(function, eval_str=True).parameters.values())[1:]
    retaken = {parameter.name: parameter for parameter in own if parameter.name in shared}
    shared |= retaken
    own = [parameter for parameter in own if parameter.name not in shared]

    @wraps(function)
    def command(**given: Any) -> None:
        options = kind(**{name: given.pop(name) for name in shared})
        function(options, **given, **{name: getattr(options, name) for name in retaken})

    ordered = (*own[:first], *shared.values(), *own[first:])
    parameters = [p.replace(kind=p.KEYWORD_ONLY) for p in ordered]
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {p.name: p.annotation for p in parameters}
    del command.__wrapped__  # typer would read the signature of what is inside
    return command


def with_common(function: Callable[..., None]) -> Callable[..., None]:
    """What every examining command is asked, as `common`."""
    return with_options(Common, function)


def with_output(function: Callable[..., None]) -> Callable[..., None]:
    """How a report is drawn, as `output`, behind the arguments of the function."""
    return with_options(Output, function, len(inspect.signature(function).parameters))
