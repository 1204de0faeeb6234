"""What the tests of readers share."""

from collections.abc import Callable

import pandas as pd

from nndoctor.data.reading.table import Table
from tests.data.helpers import refused


def cells(table: Table) -> dict[str, list[object]]:
    """The cells by column, None where missing."""
    return {
        name: [None if pd.isna(cell) else cell for cell in column]
        for name, column in table.frame.items()
    }


def problem(read: Callable[..., Table], content: str | bytes, **how: object) -> tuple[str, str]:
    """What a text is refused for, and the hint."""
    (mistake,) = refused(lambda: read(content, **how))
    return mistake.problem, mistake.hint
