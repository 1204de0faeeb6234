"""What one column of a table is, and what becomes of it: enough to read new rows alike."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Kind(StrEnum):
    """What the cells of a column mean."""

    NUMBER = "number"
    CODE = "code"  # few whole numbers, which may be names; read as a number unless told otherwise
    CLASS = "class"  # text or truth values, few distinct ones
    TEXT = "text"  # many distinct texts
    DATE = "date"
    IDENTIFIER = "identifier"
    CONSTANT = "constant"


class Role(StrEnum):
    """What a column is used for."""

    INPUT = "input"
    TARGET = "target"
    LEFT_OUT = "left out"


class Column(BaseModel):
    """One column of a file: what it is, what it is used for, and why.

    `reason` tells why, `treatment` what becomes of it, both in a few words for a table.
    `inputs` are the names of the network's inputs made of it, in order.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    kind: Kind
    role: Role = Role.INPUT
    reason: str = ""
    treatment: str = ""
    inputs: tuple[str, ...] = ()
    missing: int = 0
