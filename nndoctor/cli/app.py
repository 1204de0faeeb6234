"""The command line: assembly, and the one place where errors become text and exit codes."""

import functools
import os
import shlex
import sys
import traceback
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from typer.main import get_command

from ..errors import NNDoctorError, UsageError
from ..version import __version__
from ..visible import visible_lines
from .activations import activations
from .backprop import backprop
from .baselines import baselines
from .bias_variance import bias_variance
from .cache import cache
from .capacity import capacity
from .check_loss import check_loss
from .checks import causes, checks, explain
from .checkup import checkup
from .compare import compare
from .data import data
from .dead_units import dead_units
from .demo import demo, recipes
from .env import env
from .evaluate import evaluate
from .grad_check import grad_check
from .groups import Group
from .init import init
from .lr_sweep import lr_sweep
from .overfit_tiny import overfit_tiny
from .predict import predict
from .report import report
from .runs import runs
from .schema import schema
from .search import search
from .setup import setup
from .stopping import STOPPED
from .streams import Streams, say
from .surface import surface
from .train import train
from .treat import treat
from .updates import updates
from .usage import usage_error
from .weights import weights

TITLE = "finds out why a neural network does not train"
WELCOME = {
    "nndoctor demo": "a sick network, its diagnosis and its cure",
    "nndoctor init": "write a recipe to begin with",
    "nndoctor checkup recipe.toml": "examine it; or data.csv --target COLUMN",
}


class Commands(Group):
    """Commands in the order of their panels, and an EOFError that is a bug like any other.

    Typer makes exit code 1 of one, as if somebody had aborted; here that means sick.
    """

    def list_commands(self, ctx: Any) -> list[str]:
        """In the order of the panels."""
        return [name for commands in PANELS.values() for name in commands]

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
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)

START, EXAMINE, COMPARE = "Start here", "Examine", "Search and compare"
USE, ABOUT = "Train and use", "About"
PANELS: dict[str, dict[str, Any]] = {
    START: {"demo": demo, "init": init, "checkup": checkup, "recipes": recipes},
    EXAMINE: {
        "data": data,
        "setup": setup,
        "check-loss": check_loss,
        "overfit-tiny": overfit_tiny,
        "lr-sweep": lr_sweep,
        "activations": activations,
        "updates": updates,
        "dead-units": dead_units,
        "weights": weights,
        "backprop": backprop,
        "grad-check": grad_check,
        "baselines": baselines,
        "capacity": capacity,
        "bias-variance": bias_variance,
        "treat": treat,
    },
    COMPARE: {"search": search, "compare": compare, "surface": surface},
    USE: {
        "train": train,
        "evaluate": evaluate,
        "predict": predict,
        "runs": runs,
        "report": report,
    },
    ABOUT: {
        "explain": explain,
        "causes": causes,
        "checks": checks,
        "schema": schema,
        "env": env,
        "cache": cache,
    },
}
for _panel, _commands in PANELS.items():
    for _name, _command in _commands.items():
        if isinstance(_command, typer.Typer):
            app.add_typer(_command, name=_name, rich_help_panel=_panel)
        else:
            app.command(_name, rich_help_panel=_panel)(_command)


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
def _built() -> Any:
    """Once, however often `main` is called: it takes longer than most commands do."""
    return get_command(app)


def main() -> NoReturn:
    """Runs the command line; the only place where our errors become text."""
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
        return _built()(prog_name="nndoctor", standalone_mode=False) or 0
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
    if path.suffix == ".py" or (path.suffix and os.path.exists(path)):
        more = {".toml": "", ".py": ":setup"}.get(path.suffix, " --target COLUMN")
        raise UsageError(
            f"{path} is not a command", f"nndoctor checkup {shlex.quote(str(path))}{more}"
        )
