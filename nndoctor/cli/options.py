"""The options every examining command has, written once and joined to each command's own."""

import inspect
import os
from collections.abc import Callable
from dataclasses import Field, dataclass, fields
from enum import StrEnum
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer

from ..catalogue import all_codes, codes_of
from ..findings import FailOn
from .data_options import DataOptions


class Format(StrEnum):
    """How the result is written."""

    TEXT = "text"
    JSON = "json"


class Color(StrEnum):
    """When colours are used."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


Scheduler = Annotated[
    str | None,
    typer.Option(
        "--scheduler", metavar="ADDRESS", envvar="NNDOCTOR_SCHEDULER",
        help="Spread the runs over a Dask cluster, such as tcp://HOST:8786 (see docs/cluster.md).",
    ),
]  # fmt: skip


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


_OUTPUT, _INPUT = "Output", "Input"
MOST_UPDATES = 10**9  # that an option may ask for


@dataclass(frozen=True, kw_only=True)
class Common(DataOptions):
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
            "--target", "-t", metavar="COLUMN", rich_help_panel=_INPUT,
            help="With a data file: the column to be learned. Repeat it for several.",
        ),
    ] = None  # fmt: skip
    set: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="KEY=VALUE", rich_help_panel=_INPUT,
            help="Change a key of the recipe, such as optimizer.learning_rate=3e-3. Repeatable.",
        ),
    ] = None  # fmt: skip
    seed: Annotated[
        int | None,
        typer.Option(
            min=0, max=2**63 - 1, envvar="NNDOCTOR_SEED", rich_help_panel=_INPUT,
            help="Seed of every random draw (default: the recipe's).",
        ),
    ] = None  # fmt: skip
    select: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CODE", rich_help_panel=_OUTPUT,
            help="Only these checks, by code or its beginning, such as ND3. Repeatable.",
        ),
    ] = None  # fmt: skip
    ignore: Annotated[
        list[str] | None,
        typer.Option(metavar="CODE", rich_help_panel=_OUTPUT, help="All but these. Repeatable."),
    ] = None
    save_recipe: Annotated[
        Path | None,
        typer.Option(
            help="Write the recipe as it was used, changes included.", rich_help_panel=_INPUT
        ),
    ] = None
    force: Annotated[
        bool,
        typer.Option(
            "--force", metavar="", help="Replace files that are there.", rich_help_panel=_INPUT
        ),
    ] = False
    jobs: Annotated[
        int,
        typer.Option(
            "--jobs", "-j", min=0, max=1024, help="Runs side by side; 0: one per processor.",
            rich_help_panel=_OUTPUT,
        ),
    ] = 0  # fmt: skip
    format: Annotated[Format, typer.Option(help="Result on stdout.", rich_help_panel=_OUTPUT)] = (
        Format.TEXT
    )
    fail_on: Annotated[
        FailOn, typer.Option(help="Exit with 1 from this finding on.", rich_help_panel=_OUTPUT)
    ] = FailOn.ERROR
    quiet: Annotated[
        bool,
        typer.Option(
            "--quiet", "-q", metavar="", help="Only the verdicts.", rich_help_panel=_OUTPUT
        ),
    ] = False
    verbose: Annotated[
        bool,
        typer.Option(
            "--verbose", "-v", metavar="", help="Everything, thresholds and sources too.",
            rich_help_panel=_OUTPUT,
        ),
    ] = False  # fmt: skip
    no_progress: Annotated[
        bool,
        typer.Option("--no-progress", metavar="", help="No progress bar.", rich_help_panel=_OUTPUT),
    ] = False
    color: Annotated[Color, typer.Option(help="Colours.", rich_help_panel=_OUTPUT)] = Color.AUTO
    ascii: Annotated[
        bool,
        typer.Option("--ascii", metavar="", help="ASCII characters only.", rich_help_panel=_OUTPUT),
    ] = False

    @property
    def overrides(self) -> tuple[str, ...]:
        """Changes of the recipe, `--set` last: it is the plainest word."""
        return (*self.of_data, *(self.set or ()))

    @property
    def verbosity(self) -> int:
        """-1 quiet, 0 normal, 1 everything."""
        return -1 if self.quiet else int(self.verbose)

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


def _ordered() -> list[Field[Any]]:
    """The argument first, then the options of the recipe, of the data, and of the output."""
    own = [field for field in fields(Common) if field.name not in DataOptions.__annotations__]
    return [*own, *fields(DataOptions)]


def with_common(function: Callable[..., None]) -> Callable[..., None]:
    """Gives `function(common, *, ...)` all fields of `Common` as options in place of `common`."""
    shared = {field.name: inspect.signature(Common).parameters[field.name] for field in _ordered()}
    own = list(inspect.signature(function, eval_str=True).parameters.values())[1:]

    @wraps(function)
    def command(**given: Any) -> None:
        common = Common(**{name: given.pop(name) for name in shared})
        function(common, **given)

    parameters = [*(p.replace(kind=p.KEYWORD_ONLY) for p in (*shared.values(), *own))]
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {p.name: p.annotation for p in parameters}
    del command.__wrapped__  # typer would read the signature of what is inside
    return command
