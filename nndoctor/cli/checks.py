"""`nndoctor checks`, `nndoctor causes` and `nndoctor explain`."""

from typing import Annotated

import typer


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


def causes() -> None:
    """Lists every cause that a diagnosis can name, and how it is proven."""
    from ..diagnosis.causes import CAUSES
    from ..findings import Table
    from ..report.console import make_console
    from ..report.explanation import print_trimmed
    from ..report.tables import draw_table

    out = make_console()
    for group in dict.fromkeys(one.group for one in CAUSES.values()):
        found = [one for one in CAUSES.values() if one.group == group]
        rows = tuple((one.name, one.title, one.proof) for one in found)
        table = Table(group, ("cause", "what it is", "how it is proven"), rows)
        print_trimmed(out, draw_table(table, out.width, every_row=True))
        out.file.write("\n")


def explain(
    word: Annotated[str, typer.Argument(metavar="CODE|WORD", help="ND301, dead-units, leak ...")],
) -> None:
    """What does a finding mean, why does it matter, and what is to be done?

    nndoctor explain ND301
    """
    from ..catalogue import explained
    from ..report.console import make_console
    from ..report.explanation import draw_entry, draw_list, print_trimmed

    out, found = make_console(), explained(word)
    print_trimmed(out, draw_entry(found[0]) if len(found) == 1 else draw_list(found, out.width))
