"""The command line: assembly, and the one place where errors become text and exit codes."""

import functools
import os
import shlex
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from typer.main import get_command

from ..errors import NNDoctorError, UsageError
from ..limits import seldom_collected
from ..version import __version__
from ..visible import visible_lines
from .groups import Group
from .help import Row
from .panels import NAMES, PANELS, ByName, in_short
from .stopping import STOPPED
from .streams import Streams, say
from .usage import usage_error

TITLE = "finds out why a neural network does not train"
WELCOME = {
    "nndoctor demo": "a sick network, its diagnosis and its cure",
    "nndoctor init": "write a recipe to begin with",
    "nndoctor checkup recipe.toml": "examine it; or data.csv, or train.py",
}


class Commands(Group):
    """Commands in the order of their panels, and an EOFError that is a bug like any other.

    Typer makes exit code 1 of one, as if somebody had aborted; here that means sick.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings | {"commands": ByName()})

    def panels(self, ctx: Any) -> Iterator[tuple[str, list[Row]]]:
        """Each with what it does, for which none has to be built."""
        said = in_short()
        for panel, names in PANELS.items():
            yield panel, [(name, said[name]) for name in names]

    def list_commands(self, ctx: Any) -> list[str]:
        """In the order of the panels."""
        return list(NAMES)

    def invoke(self, ctx: Any) -> Any:
        """Runs the chosen command."""
        try:
            return super().invoke(ctx)
        except EOFError as error:
            raise RuntimeError(f"a file ended too early: {error}") from error


app = typer.Typer(
    name="nndoctor",
    cls=Commands,
    help="Finds out why a neural network does not train.",
    epilog="Exit codes: 0 healthy, or nothing at or above --fail-on; 1 sick, or such a finding; "
    "2 wrong usage, recipe or data; 3 a bug of nndoctor; 4 undecided; 130 interrupted.",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    pretty_exceptions_enable=False,
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"nndoctor {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _start(
    context: typer.Context,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    if context.invoked_subcommand is None:
        _welcome()


def _welcome() -> None:
    """Three commands that run in any folder, one after the other."""
    from rich import box
    from rich.panel import Panel

    from ..report.console import ascii_only, make_console

    console = make_console()
    lines = box.ASCII_DOUBLE_HEAD if ascii_only(console) else box.HORIZONTALS
    width = max(map(len, WELCOME))
    told = "\n".join(f"{command:<{width}}  {what}" for command, what in WELCOME.items())
    console.print(Panel(told, title=TITLE, title_align="left", box=lines, expand=False))


@functools.cache
def command_line() -> Any:
    """All of it, once, however often `main` is called."""
    return get_command(app)


def main() -> NoReturn:
    """Runs the command line; the only place where our errors become text."""
    seldom_collected()
    streams = Streams()
    code = _run()
    trouble = streams.trouble()
    if trouble and code != STOPPED:
        say(f"error: the result can't be written: {trouble}")
        code = 2
    sys.exit(code)


def _run() -> int:
    """The exit code, once all is said."""
    try:
        _refuse_bare_file(sys.argv[1:])
        return command_line()(prog_name="nndoctor", standalone_mode=False) or 0
    except NNDoctorError as error:
        return _refused(error)
    except MemoryError as error:
        say(f"error: there is not enough memory: {str(error) or 'it could not be had'}")
        say("  hint: fewer rows (--set data.limit=...), a smaller network or a smaller batch_size")
        return 2
    except KeyboardInterrupt:
        return STOPPED
    except SystemExit as error:  # out of shell completion
        return int(error.code or 0)
    except Exception as error:
        if hasattr(error, "format_message"):  # one of typer's, whose class it exports only lately
            return _refused(usage_error(error))
        # typer takes any end of a file, of a damaged one too, for a user who wants to leave
        return _bug(error.__cause__ or error if isinstance(error, typer.Abort) else error)


def _refused(error: NNDoctorError) -> int:
    for mistake in error.mistakes:
        say(f"error: {mistake.problem}")
        if mistake.hint:
            say(f"  hint: {mistake.hint}")
    return 2


def _bug(error: BaseException) -> int:
    if "-v" in sys.argv or "--verbose" in sys.argv:
        sys.stderr.write(visible_lines("".join(traceback.format_exception(error))))
    say(f"error: a bug of nndoctor: {type(error).__name__}: {error}")
    say("  hint: -v shows where; please report it")
    return 3


def _refuse_bare_file(arguments: list[str]) -> None:
    """`nndoctor data.csv` is what a newcomer types first: say what to type instead."""
    if not arguments or arguments[0].startswith("-"):
        return
    path = Path(arguments[0])
    if path.suffix in (".py", ".ipynb") or (path.suffix and os.path.exists(path)):
        more = dict.fromkeys((".toml", ".py", ".ipynb"), "").get(path.suffix, " --target COLUMN")
        raise UsageError(
            f"{path} is not a command", f"nndoctor checkup {shlex.quote(str(path))}{more}"
        )
