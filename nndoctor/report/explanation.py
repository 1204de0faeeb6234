"""How a check or a cause is explained on a terminal."""

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from nndoctor.catalogue import AnyEntry, CauseEntry, Entry, entries, same_name
from nndoctor.findings import Table
from nndoctor.report.console import ascii_only, to_ascii
from nndoctor.report.tables import draw_table

OWN_FILE = "train.py:setup"


def print_trimmed(out: Console, parts: Iterable[RenderableType]) -> None:
    """Prints parts without blanks at the ends of lines, which narrow pagers would wrap."""
    with out.capture() as capture:
        for part in parts:
            out.print(part)
    text = "\n".join(line.rstrip() for line in capture.get().rstrip().split("\n")) + "\n"
    out.file.write(to_ascii(text) if ascii_only(out) else text)


def draw_entries(found: Sequence[AnyEntry], width: int) -> Iterator[RenderableType]:
    """In full what a word means, or all that it may mean."""
    if not same_name(found):
        yield from _draw_list(found, width)
        return
    for at, one in enumerate(found):
        if at:
            yield Text("")
        yield from _draw_check(one) if isinstance(one, Entry) else _draw_cause(one)


def _draw_check(entry: Entry) -> Iterator[RenderableType]:
    yield Text.assemble((f"{entry.code}  ", "bold cyan"), (entry.name, "bold"))
    yield from (_section(heading, text) for heading, text in entry.sections.items())
    if entry.suggests:
        yield _section("Causes it may suggest", ", ".join(entry.suggests))
    if entry.settings:
        told = ", ".join(f"{name} = {value}" for name, value in entry.settings.items())
        yield _section(f"Settings, changed by [checks.{entry.code}] in a recipe", told)
    whole = entry.command.endswith(f" {OWN_FILE}")  # a recipe has no own code that could be checked
    command = entry.command if whole else f"{entry.command} RECIPE"
    yield Text.assemble(("\nsee it: ", "bold"), f"{command}   ({entry.needs})")


def _draw_cause(cause: CauseEntry) -> Iterator[RenderableType]:
    yield Text.assemble((f"{cause.name}  ", "bold cyan"), (cause.title, "bold"))
    yield from (_section(heading, text) for heading, text in cause.sections.items())
    if cause.suggested_by:
        names = {one.code: one.name for one in entries()}
        told = ", ".join(f"{code} {names[code]}" for code in cause.suggested_by)
        yield _section("Checks that suggest it", told)
    by_hand = f"nndoctor treat RECIPE --cause {cause.name}"
    command = by_hand if cause.treatable else "nndoctor checkup RECIPE"
    yield Text.assemble(("\nconfirm it: ", "bold"), command)


def _section(heading: str, text: str) -> RenderableType:
    return Group(Text(f"\n{heading}", "bold"), Padding(Text(text), (0, 0, 0, 2)))


def _draw_list(found: Sequence[AnyEntry], width: int) -> Iterator[RenderableType]:
    checks = tuple(
        (one.code, one.name, _first_sentence(one)) for one in found if isinstance(one, Entry)
    )
    causes = tuple((one.name, _first_sentence(one)) for one in found if isinstance(one, CauseEntry))
    if checks:
        table = Table("checks that speak of it", ("code", "name", "what it does"), checks)
        yield from draw_table(table, width, every_row=True)
    if checks and causes:
        yield Text("")
    if causes:
        table = Table("causes that speak of it", ("cause", "what it is"), causes)
        yield from draw_table(table, width, every_row=True)
    yield Text.assemble(("\nnext: ", "bold"), f"nndoctor explain {found[0].words[0]}")


def _first_sentence(entry: AnyEntry) -> str:
    return next(iter(entry.sections.values())).partition(". ")[0].removesuffix(".") + "."
