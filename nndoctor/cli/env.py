"""`nndoctor env`."""

import typer


def env() -> None:
    """Versions, processors, cache and extras: what a bug report needs.

    nndoctor env
    """
    from .. import api
    from ..engine.machine_code import folder

    where = folder.cache_folder()
    cached = "none: no folder can be written" if where is None else str(where)
    rows = (*api.installation().rows, ("compiled engine", cached))
    width = max(len(str(name)) for name, _ in rows)
    for name, value in rows:  # plain lines, however wide the terminal: they are copied
        typer.echo(f"{name:<{width}}  {value}")
