"""`nndoctor schema`."""

from typing import Annotated

import typer


def schema(
    result: Annotated[
        bool,
        typer.Option("--result", help="Of the results of --format json instead."),
    ] = False,
) -> None:
    """Prints the JSON schema of recipes, for editors, or of results, for those who read them."""
    import json

    if result:
        from ..report.schema import result_schema as shown
    else:
        from ..recipe import json_schema as shown

    typer.echo(json.dumps(shown(), indent=2))
