"""Writes docs/units.md from the engine's tables: python -m tools.make_units."""

import inspect
from collections.abc import Iterable, Iterator
from pathlib import Path

from nndoctor.adapters.full_batch import METHODS, SOURCES
from nndoctor.engine import weight_norm
from nndoctor.engine.activations import ACTIVATIONS
from nndoctor.engine.gains import PUBLISHED, gain
from nndoctor.engine.initializers import INITIALIZERS
from nndoctor.engine.losses import LOSSES
from nndoctor.engine.normalization import NORMALIZATIONS
from nndoctor.engine.optimizers import OPTIMIZERS
from nndoctor.engine.schedules import SCHEDULES
from nndoctor.recipe import names
from nndoctor.recipe.schedule_table import FORMULAS

PAGE = Path(__file__).resolve().parent.parent / "docs" / "units.md"
HEAD = """\
# Units

What a network can be made of: formula, settings, source. How they are written stands in
[recipe.md](recipe.md). Where others define a unit differently, its source says which form this is.

<!-- written by `python -m tools.make_units` -->
"""
Row = tuple[str, ...]


def render() -> str:
    """The whole page."""
    parts = [HEAD]
    for title, columns, rows in (
        ("Activations", ("name", "f(v)", "settings", "gain", "source"), _activations()),
        ("Losses", ("name", "of", "formula", "mean over", "settings", "source"), _losses()),
        ("Initialisers", ("name", "weights", "source"), _initializers()),
        ("Optimizers", ("name", "step", "settings", "source"), _optimizers()),
        ("Schedules", ("name", "learning rate", "source"), _schedules()),
        ("Normalisation", ("name", "settings", "source"), _normalizations()),
    ):
        parts += [f"## {title}\n", _table(columns, rows)]
    return "\n".join(parts)


def _activations() -> Iterator[Row]:
    for name, unit in ACTIVATIONS.items():
        by = "" if name in PUBLISHED else " (computed)"
        settings = _settings(unit.settings) + " (start, learnt)" * unit.learnt
        yield f"`{name}`", unit.formula, settings, f"{gain(name):.4g}{by}", unit.source


def _losses() -> Iterator[Row]:
    both = [name for name, logits in LOSSES if not logits]
    for (name, logits), unit in LOSSES.items():
        form = ("logits" if logits else "probabilities") if name in both else "outputs"
        over = "rows and outputs" if unit.per_output else "rows"
        yield f"`{name}`", form, unit.formula, over, _settings(unit.settings), unit.source


def _initializers() -> Iterator[Row]:
    for name, unit in INITIALIZERS.items():
        yield f"`{names.INITIALIZERS.usage(name)}`", unit.formula, unit.source


def _optimizers() -> Iterator[Row]:
    for name, unit in OPTIMIZERS.items():
        told = (inspect.getdoc(unit.step) or "").partition("\n")[0].removesuffix(".")
        ranges = [
            f"{s.name} = {s.default:g} ({s.low:g} to {s.high:g})"
            for s in unit.settings
            if s.low < s.high
        ]
        yield f"`{name}`", told, ", ".join(ranges), unit.source
    for name, source in SOURCES.items():
        by = "by scipy.optimize" if isinstance(METHODS[name], str) else "of our own"
        yield f"`{name}`", f"full batch, {by}, in float64", "", source


def _schedules() -> Iterator[Row]:
    for name, unit in SCHEDULES.items():
        yield f"`{name}`", FORMULAS[name], unit.source


def _normalizations() -> Iterator[Row]:
    for name, unit in NORMALIZATIONS.items():
        yield f"`{name}`", _settings(unit.settings), unit.source
    yield "`weight_norm`", "", weight_norm.SOURCE


def _settings(settings: Iterable[tuple[str, float]]) -> str:
    return ", ".join(f"{name} = {value:g}" for name, value in settings)


def _table(columns: Row, rows: Iterable[Row]) -> str:
    lines = [columns, ("---",) * len(columns), *rows]
    cells = ([cell.replace("|", "\\|") for cell in line] for line in lines)
    return "\n".join(f"| {' | '.join(line)} |" for line in cells) + "\n"


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
