"""Writes nndoctor/cli/recipe_keys.txt: the keys of a recipe that shells complete behind --set.

`python -m tools.make_keys`
"""

from nndoctor.cli.completion import KEYS
from nndoctor.recipe.tables import tables


def keys() -> str:
    """A line each, a tab before what it means; lists of tables are left out."""
    lines = []
    for path, table in tables().items():
        if "[]" in path:
            continue
        for name, field in table.model_fields.items():
            key = f"{path}.{name}".removeprefix(".")
            if key not in tables() and f"{key}[]" not in tables():
                lines.append(f"{key}\t{field.description or ''}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    KEYS.write_text(keys(), encoding="utf-8")
