"""One ready comparison: what it asks, on what it is shown, and how it is told."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..setup import Setup, open_setup
from .desk import Desk

FOLDER = Path(__file__).with_name("examples")


@dataclass(frozen=True)
class Story:
    """`name` as on the command line; `example`: the set-up where the user names none."""

    name: str
    title: str
    example: str
    tell: Callable[[Desk], None]


def example(name: str, overrides: tuple[str, ...] = ()) -> Setup:
    """A set-up that comes with nndoctor. Raises NNDoctorError where the overrides are wrong."""
    return open_setup(FOLDER / f"{name}.toml", None, overrides)
