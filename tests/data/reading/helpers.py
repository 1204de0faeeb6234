"""What the tests of readers share: read a file as a user would name it."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from nndoctor.data.reading.reading import read_file
from nndoctor.data.reading.table import HowToRead, Table
from nndoctor.errors import Mistake

from ..helpers import refused


def table(path: Path, **how: Any) -> Table:
    found = read_file(path, HowToRead(**how))
    assert isinstance(found, Table)
    return found


def no_table(path: Path, targets: Sequence[str] = (), **how: Any) -> Mistake:
    """The only mistake that reading it gives; each has a hint."""
    (mistake,) = refused(lambda: read_file(path, HowToRead(**how), targets))
    assert mistake.hint
    return mistake


def problem(read: Callable[..., Table], content: str | bytes, **how: object) -> tuple[str, str]:
    """What a text is refused for, and the hint."""
    (mistake,) = refused(lambda: read(content, **how))
    return mistake.problem, mistake.hint


def columns(found: Table) -> dict[str, list[Any]]:
    """Cells by column, None where missing."""
    plain = found.frame.astype(object)
    return {name: plain[name].where(plain[name].notna(), None).tolist() for name in plain}
