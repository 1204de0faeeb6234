"""Real set-ups from a few lines of recipe."""

from dataclasses import replace
from pathlib import Path

from nndoctor.recipe import loads
from nndoctor.setup import Setup, build
from nndoctor.trainable import Batch

Rows = list[tuple[object, ...]]


def made(generator: str, hidden: str = "[16]", **tables: str) -> Setup:
    """A set-up over a generator; keyword arguments are the lines of further tables."""
    data = f'[data]\ngenerator = "{generator}"\n{tables.pop("data", "")}\n'
    text = data + f"[model]\nhidden = {hidden}\n{tables.pop('model', '')}\n"
    text += "".join(f"[{name}]\n{lines}\n" for name, lines in tables.items())
    return build(loads(text), "recipe", text)


def table(folder: Path, header: str, rows: Rows, text: str) -> Setup:
    """A set-up over a CSV file; `text` is the recipe but for the path, target y first."""
    lines = [header, *(",".join(str(cell) for cell in row) for row in rows)]
    (folder / "rows.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    text = '[data]\npath = "rows.csv"\n' + text
    return build(loads(text), "recipe", text, folder)


def scaled(setup: Setup, factor: float) -> Setup:
    """The same set-up, its inputs multiplied."""
    return replace(
        setup, train=Batch(setup.train.x * setup.train.x.dtype.type(factor), setup.train.y)
    )
