"""The options that say how a data file is read: each stands for one key of the recipe."""

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import typer

from .columns import complete_column, complete_columns

_DATA = "Data"


class Missing(StrEnum):
    """What is done about missing values."""

    FILL = "fill"
    DROP = "drop"
    REFUSE = "refuse"


class SplitBy(StrEnum):
    """How rows are held out."""

    RANDOM = "random"
    GROUP = "group"
    TIME = "time"
    LAST = "last"


class BadLines(StrEnum):
    """What is done about lines with too many or too few fields."""

    REFUSE = "refuse"
    SKIP = "skip"


EncodingOfNewRows = Annotated[
    str | None,
    typer.Option(
        "--encoding",
        help="Of a text file (default: UTF-8, else that of the training rows, else found out).",
    ),
]


@dataclass(frozen=True, kw_only=True)
class DataOptions:
    """How a data file is read, and which of its columns are used."""

    drop: Annotated[
        list[str] | None,
        typer.Option(
            metavar="A,B",
            rich_help_panel=_DATA,
            help="Columns to leave out. Repeatable.",
            autocompletion=complete_columns,
        ),
    ] = None
    features: Annotated[
        list[str] | None,
        typer.Option(
            metavar="A,B",
            rich_help_panel=_DATA,
            help="Learn from these columns only. Repeatable.",
            autocompletion=complete_columns,
        ),
    ] = None
    missing: Annotated[
        Missing | None, typer.Option(rich_help_panel=_DATA, help="Missing values (default: fill).")
    ] = None
    split: Annotated[
        SplitBy | None,
        typer.Option(
            rich_help_panel=_DATA,
            help="How rows are held out (default: by time if there are dates, else random).",
        ),
    ] = None
    group: Annotated[
        str | None,
        typer.Option(
            metavar="COLUMN",
            rich_help_panel=_DATA,
            help="Keep its rows on one side of the split.",
            autocompletion=complete_column,
        ),
    ] = None
    header: Annotated[
        bool | None,
        typer.Option(
            "--header/--no-header",
            rich_help_panel=_DATA,
            help="Whether the first line holds names (default: found out).",
        ),
    ] = None
    names: Annotated[
        str | None,
        typer.Option(metavar="A,B,C", rich_help_panel=_DATA, help="Names for the columns."),
    ] = None
    encoding: Annotated[
        str | None,
        typer.Option(rich_help_panel=_DATA, help="Of a text file (default: found out)."),
    ] = None
    table: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", rich_help_panel=_DATA, help="A sheet, table or array in the file."
        ),
    ] = None
    on_bad_lines: Annotated[
        BadLines | None,
        typer.Option(
            rich_help_panel=_DATA, help="Lines with too many or too few fields (default: refuse)."
        ),
    ] = None

    @property
    def of_data(self) -> tuple[str, ...]:
        """The options that were given, as `key=value` for the recipe."""
        keys = {
            "drop": _listed(self.drop),
            "features": _listed(self.features),
            "missing": self.missing,
            "split": self.split,
            "group": self.group,
            "header": self.header,
            "names": _listed(None if self.names is None else [self.names]),
            "encoding": self.encoding,
            "part": self.table,
            "on_bad_lines": self.on_bad_lines,
        }
        return tuple(
            f"data.{key}={json.dumps(value, ensure_ascii=False)}"
            for key, value in keys.items()
            if value is not None
        )


def _listed(words: list[str] | None) -> list[str] | None:
    """Names apart at commas; none is left empty."""
    if words is None:
        return None
    return [name.strip() for word in words for name in word.split(",") if name.strip()]
