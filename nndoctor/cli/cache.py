"""`nndoctor cache info|warm|clear`."""

import typer

cache = typer.Typer(no_args_is_help=True, help="The compiled engine on disk.")


@cache.command()
def info() -> None:
    """Where the compiled engine lies, and how large it is."""
    from ..engine.machine_code import folder

    where, sizes = folder.cache_folder(), [path.stat().st_size for path in folder.entries()]
    if where is None:
        typer.echo("no folder can be written: the engine is compiled anew in each run")
    else:
        typer.echo(f"{where}\n{len(sizes)} compiled functions, {sum(sizes) / 1e6:.1f} MB")


@cache.command()
def warm() -> None:
    """Compiles the engine now, so that the next run starts at once."""
    from ..api import warm_up
    from ..engine.machine_code.compiler import turn

    with turn():
        seconds = warm_up()
    typer.echo(f"compiled in {seconds:.1f} s")


@cache.command()
def clear() -> None:
    """Removes the compiled engine of all versions."""
    from ..engine.machine_code.folder import clear_cache

    typer.echo(f"{clear_cache() / 1e6:.1f} MB freed")
