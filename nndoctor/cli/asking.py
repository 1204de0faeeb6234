"""A target that nobody has named: asked for on a terminal, else proposed with the whole command."""

import shlex
import sys
from dataclasses import replace
from pathlib import Path

import typer

from ..errors import TargetNotNamed, UsageError
from ..visible import visible
from .options import Common


def with_target(common: Common, error: TargetNotNamed) -> Common:
    """The options with the target that the user chose; raises the error where nobody can choose."""
    from ..setup import is_recipe

    if not error.likeliest:
        raise error
    of_recipe = is_recipe(Path(common.source))
    labelled = ["data.drop_unlabelled=true"] if error.gaps else []
    problem, hint = error.mistakes[0].problem, error.mistakes[0].hint
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        option, key = ("--set", "data.target=") if of_recipe else ("--target", "")
        rest = [option, f"{key}{error.likeliest}", *(["--set", *labelled] if labelled else [])]
        again = shlex.join(["nndoctor", *sys.argv[1:], *rest])
        raise UsageError(f"{problem}; {hint}", again) from None
    typer.echo(visible(f"{problem}: {hint}"), err=True)
    target = typer.prompt("column to be learned", default=error.likeliest, err=True)
    settings = [*(common.set or ()), *(labelled if target == error.likeliest else [])]
    if of_recipe:
        return replace(common, set=[*settings, f"data.target={target}"])
    return replace(common, set=settings, target=[target])
