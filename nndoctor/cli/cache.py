"""`nndoctor cache info|warm|clear`."""

from pathlib import Path

import typer

from .groups import Group
from .help import Command

cache = typer.Typer(cls=Group, no_args_is_help=True, help="The compiled engine on disk.")


@cache.command(cls=Command)
def info() -> None:
    """Where the compiled engine lies, and how large it is."""
    from ..engine.machine_code import folder, shipment

    where = folder.cache_folder()
    if where is None:
        typer.echo("no folder can be written: what was not shipped is compiled anew in each run")
    else:
        typer.echo(f"{where}\n{_counted(folder.entries())}")
    if shipped := shipment.shipped_entries():
        typer.echo(f"{shipped[0].parent}\n{_counted(shipped)}, which came with the installation")
    elif shipment.SHIPPED.is_dir():
        typer.echo(
            "what came with the installation is not used: it was compiled for another processor, "
            "Python, numba or llvmlite"
        )
    else:
        typer.echo("none came with the installation")


@cache.command(cls=Command)
def warm() -> None:
    """Compiles the engine now, so that the next run starts at once."""
    from ..api import warm_up
    from ..engine.machine_code.compiler import turn

    with turn():
        seconds = warm_up()
    typer.echo(f"compiled in {seconds:.1f} s")


@cache.command(cls=Command)
def clear() -> None:
    """Removes the compiled engine of all versions."""
    from ..engine.machine_code.folder import clear_cache

    typer.echo(f"{clear_cache() / 1e6:.1f} MB freed")


def _counted(paths: list[Path]) -> str:
    size = sum(path.stat().st_size for path in paths)
    return f"{len(paths)} compiled functions, {size / 1e6:.1f} MB"
