"""`nndoctor schema`."""

import typer


def schema() -> None:
    """Prints the JSON schema of recipes, for editors."""
    import json

    from ..recipe import json_schema

    typer.echo(json.dumps(json_schema(), indent=2))
