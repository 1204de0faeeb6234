"""The text of a script: a Python file, or the code cells of a notebook."""

import ast
import inspect
import json
import textwrap
from pathlib import Path
from typing import Any

PYTHON = (".py", ".ipynb")


def source_of(path: Path) -> str:
    """What Python runs; lines that only a notebook's shell understands are left empty.

    Raises ValueError for a notebook that can't be read.
    """
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".ipynb":
        return text
    cells = json.loads(text).get("cells", [])
    code = ["".join(one.get("source", ())) for one in cells if one.get("cell_type") == "code"]
    return "\n".join(map(_plain, code)) + "\n"


def tree_of(function: Any) -> ast.Module | None:
    """The code of a function; None for what has no text, as of a library in C."""
    try:
        return ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError):
        return None


def _plain(cell: str) -> str:
    """A cell without its commands to the shell; one in another language is empty."""
    lines = cell.split("\n")
    first = lines[0].split()[:1]
    if first and first[0].startswith("%%") and first[0] not in ("%%time", "%%timeit", "%%capture"):
        return "\n" * (len(lines) - 1)
    return "\n".join("" if one.lstrip()[:1] in ("%", "!", "?") else one for one in lines)
