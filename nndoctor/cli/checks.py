"""`nndoctor checks`, `nndoctor causes` and `nndoctor explain`."""

from typing import Annotated

import typer

from .completion import EXPLAINED
from .meaning import refuse_cause


def checks() -> None:
    """Lists every check: its code, its name, the command that asks it, and what that takes."""
    from ..catalogue import entries
    from ..findings import Table
    from ..report.console import make_console
    from ..report.explanation import print_trimmed
    from ..report.tables import draw_table

    rows = tuple((one.code, one.name, one.command, one.needs) for one in entries())
    out = make_console()
    table = Table("checks", ("code", "name", "command", "takes"), rows)
    print_trimmed(out, draw_table(table, out.width, every_row=True))


def causes(word: Annotated[str, typer.Argument(hidden=True)] = "") -> None:
    """Lists every cause that a diagnosis can name, and how it is proven."""
    refuse_cause(word)
    from .. import catalogue
    from ..findings import Table
    from ..report.console import make_console
    from ..report.explanation import print_trimmed
    from ..report.tables import draw_table

    out = make_console()
    for group in dict.fromkeys(one.group for one in catalogue.causes()):
        found = [one for one in catalogue.causes() if one.group == group]
        rows = tuple((one.name, one.title, one.sections[catalogue.PROOF]) for one in found)
        table = Table(group, ("cause", "what it is", "how it is proven"), rows)
        print_trimmed(out, [*draw_table(table, out.width, every_row=True)])
        out.file.write("\n")


def explain(
    word: Annotated[
        str,
        typer.Argument(
            metavar="CODE|CAUSE|WORD", help="ND301, dead_relu, leak ...", autocompletion=EXPLAINED
        ),
    ],
) -> None:
    """What does a finding or a cause mean, how is it seen, and what is to be done?

    nndoctor explain ND301

    nndoctor explain learning_rate_too_high
    """
    from ..catalogue import explained
    from ..report.console import make_console
    from ..report.explanation import draw_entries, print_trimmed

    out = make_console()
    print_trimmed(out, draw_entries(explained(word), out.width))
