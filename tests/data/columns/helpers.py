"""What the tests of this folder share: tables in memory, as a reader delivers them."""

import pandas as pd

from nndoctor.data.columns import Column, Encoded, Plan, Said, encode, plan_columns
from nndoctor.data.reading.table import Table

ROWS = 40


def table(columns: dict[str, object], **facts: object) -> Table:
    """A table of columns; a last column y of 0 and 1 is added where none is called so."""
    frame = pd.DataFrame(columns)
    if "y" not in frame:
        frame["y"] = [i % 2 for i in range(len(frame))]
    return Table(frame, "t.csv", **facts)  # type: ignore[arg-type]


def repeated(*values: object, rows: int = ROWS) -> list[object]:
    """So many rows of these values in turn."""
    return [values[i % len(values)] for i in range(rows)]


def planned(columns: dict[str, object], **said: object) -> Plan:
    return plan_columns(table(columns), Said(**{"targets": ("y",), **said}))  # type: ignore[arg-type]


def judged(values: object, name: str = "a", **said: object) -> Column:
    """What one column is judged to be, beside another feature and a target."""
    rows = len(values)  # type: ignore[arg-type]
    beside = [0.5 * (i % 7) for i in range(rows)]
    return planned({"z0": beside, name: values}, **said)[name]


def encoded(columns: dict[str, object], **said: object) -> Encoded:
    made = table(columns)
    return encode(made, planned(columns, **said))


def inputs_of(values: object, name: str = "a", **said: object) -> dict[str, list[float]]:
    """The inputs made of one column, by name."""
    rows = len(values)  # type: ignore[arg-type]
    made = encoded({"z0": [0.5 * (i % 7) for i in range(rows)], name: values}, **said)
    return {
        made.inputs[i]: made.x[:, i].tolist()
        for i in range(len(made.inputs))
        if made.origins[i] == name
    }
