"""Packages that only some formats need."""

from collections.abc import Sequence
from importlib.util import find_spec

from nndoctor.errors import DataError


def require(modules: Sequence[str], install: str, source: str, what: str) -> None:
    """Raises DataError with the line that installs one, where none of the modules is there."""
    if modules and not any(find_spec(module) for module in modules):
        raise DataError(f"{source} ({what}) can't be read without {modules[0]}", install)
