"""How a check is explained on a terminal."""

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from nndoctor.catalogue import Entry
from nndoctor.findings import Table
from nndoctor.report.console import ascii_only, to_ascii
from nndoctor.report.tables import draw_table


def print_trimmed(out: Console, parts: Iterable[RenderableType]) -> None:
    """Prints parts without blanks at the ends of lines, which narrow pagers would wrap."""
    with out.capture() as capture:
        for part in parts:
            out.print(part)
    text = "\n".join(line.rstrip() for line in capture.get().rstrip().split("\n")) + "\n"
    out.file.write(to_ascii(text) if ascii_only(out) else text)


def draw_entry(entry: Entry) -> Iterator[RenderableType]:
    """One check in full."""
    yield Text.assemble((f"{entry.code}  ", "bold cyan"), (entry.name, "bold"))
    for heading, text in entry.sections.items():
        yield Group(Text(f"\n{heading}", "bold"), Padding(Text(text), (0, 0, 0, 2)))
    if entry.settings:
        told = ", ".join(f"{name} = {value}" for name, value in entry.settings.items())
        heading = f"\nSettings, changed by [checks.{entry.code}] in a recipe"
        yield Group(Text(heading, "bold"), Padding(Text(told), (0, 0, 0, 2)))
    yield Text.assemble(("\nsee it: ", "bold"), f"{entry.command} RECIPE   ({entry.needs})")


def draw_list(found: Sequence[Entry], width: int) -> Iterator[RenderableType]:
    """Several that a word may mean."""
    rows = tuple((one.code, one.name, _first_sentence(one)) for one in found)
    table = Table("several checks speak of it", ("code", "name", "what it does"), rows)
    yield from draw_table(table, width, every_row=True)
    yield Text.assemble(("\nnext: ", "bold"), f"nndoctor explain {found[0].code}")


def _first_sentence(entry: Entry) -> str:
    return next(iter(entry.sections.values())).partition(". ")[0].removesuffix(".") + "."
