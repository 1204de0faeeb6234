"""What one column of a table is, and what becomes of it: enough to read new rows alike."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from .dates import DateFormat
from .numbers import NumberFormat


class Kind(StrEnum):
    """What the cells of a column mean."""

    NUMBER = "number"
    CODE = "code"  # few whole numbers, which may be names; read as a number unless told otherwise
    CLASS = "class"  # text or truth values, few distinct ones
    TEXT = "text"  # many distinct texts
    DATE = "date"
    IDENTIFIER = "identifier"
    CONSTANT = "constant"


NUMERIC = (Kind.NUMBER, Kind.CODE, Kind.CONSTANT)


class Role(StrEnum):
    """What a column is used for."""

    INPUT = "input"
    TARGET = "target"
    LEFT_OUT = "left out"


class Column(BaseModel):
    """One column of a file: what it is, what it is used for, and why.

        `reason` tells why, `treatment` what becomes of it, both in a few words for a table, as is
        `written`: how its numbers stand in the file, where that is not the plain way.
        `inputs` are the names of the network's inputs made of it, in order. `levels` are the texts
        that have an input of their own, or the labels of a target; with `other` the rest share one.
        `truth`: the cells say yes or no. `kept`: marks of missing values that are levels here.
    `forgiving`: cells that can't be read are missing, since the user said so. `notes`: what a user
    must know of it, a sentence each.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    kind: Kind
    role: Role = Role.INPUT
    reason: str = ""
    treatment: str = ""
    written: str = ""
    inputs: tuple[str, ...] = ()
    missing: int = 0
    number: NumberFormat = NumberFormat()
    date: DateFormat = DateFormat()
    levels: tuple[str, ...] = ()
    other: bool = False
    truth: bool = False
    kept: tuple[str, ...] = ()
    forgiving: bool = False
    notes: tuple[str, ...] = ()


class Plan(BaseModel):
    """What is done with each column of a file, in the file's order; `targets` as asked for.

    `encoding`: of the file's text where it is not UTF-8.
    """

    model_config = ConfigDict(frozen=True)

    columns: tuple[Column, ...]
    targets: tuple[str, ...] = ()
    group: str = ""
    encoding: str = ""

    def __getitem__(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def origins(self) -> tuple[str, ...]:
        """The column that each input is made of [D]."""
        return tuple(column.name for column in self.used for _ in column.inputs)

    @property
    def dated(self) -> str:
        """The first column of dates, by which rows can be split; "" for none."""
        dated = (c.name for c in self.columns if c.kind == Kind.DATE and not c.date.clock)
        return next(dated, "")

    @property
    def clock_of_dates(self) -> Column | None:
        """The only column of times of day, which belong to the first of dates that has none."""
        clocks = [c for c in self.columns if c.kind == Kind.DATE and c.date.clock]
        bare = bool(self.dated) and "hour" not in self[self.dated].date.parts
        return clocks[0] if len(clocks) == 1 and bare else None

    @property
    def used(self) -> tuple[Column, ...]:
        """The columns that inputs are made of."""
        return tuple(column for column in self.columns if column.role == Role.INPUT)
