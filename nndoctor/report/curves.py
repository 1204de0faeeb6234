"""Several curves as characters on the same axes, each with a letter and a colour."""

import math
from collections.abc import Iterator
from string import ascii_lowercase

from rich.console import RenderableType
from rich.text import Text

from nndoctor.findings import Curves, Series
from nndoctor.report.cells import number
from nndoctor.report.plots import INDENT, WIDEST, begin, finished, indented
from nndoctor.report.scales import Place, left_out, place_of, points, runs, span, stretches, words

COLOURS = ("blue", "red", "green", "magenta", "yellow", "cyan", "default", "bright_black")
_PLOTEXT = ("blue+", "red+", "green+", "magenta+", "orange+", "cyan+", "default", "gray")
_LETTERS = 4  # places of a curve's letter on it


def draw_curves(curves: Curves, width: int) -> Iterator[RenderableType]:
    """The name, the curves, and which letter is which."""
    yield Text(curves.name, "bold")
    known = [line for line in curves.lines if points(line)]
    if not known:
        yield indented(Text("no finite values to draw"))
        return
    label = known[0].y_label + (" (log scale)" if known[0].log_y else "")
    if label.strip():
        yield indented(Text(label, "dim"))
    yield indented(_plot(known, min(width, WIDEST) - INDENT))
    yield indented(legend([(line.name, _lost(line)) for line in known], width - INDENT))
    for line in curves.lines:
        if not points(line):
            yield indented(Text(f"{line.name}: {_nothing(line)}", "dim"))
    if hidden := left_out(known):
        yield indented(Text(hidden, "dim"))
    if curves.caption:
        yield indented(Text(curves.caption, "dim"))


def legend(entries: list[tuple[str, str]], width: int) -> Text:
    """Each letter in its colour, its name and what is to be said of it, in columns of one width."""
    parts = [
        Text.assemble(
            (letter_of(index), f"bold {colour_of(index)}"), f" {name}", f"  {end}" if end else ""
        )
        for index, (name, end) in enumerate(entries)
    ]
    widest = max(part.cell_len for part in parts) + 3
    most = max(width // widest, 1)
    lines = [parts[start : start + most] for start in range(0, len(parts), most)]
    for line in lines:
        for part in line[:-1]:
            part.pad_right(widest - part.cell_len)
    return Text("\n").join(Text.assemble(*line) for line in lines)


def letter_of(index: int) -> str:
    """a, b, ... and again from a."""
    return ascii_lowercase[index % len(ascii_lowercase)]


def colour_of(index: int) -> str:
    """The colour of rich that goes with the letter."""
    return COLOURS[index % len(COLOURS)]


def _lost(line: Series) -> str:
    """Where it ends, or how many of its values are beyond the axes where it goes on after them."""
    places = [place_of(x, y, line) for x, y in zip(line.x, line.y, strict=True)]
    known = [one for one in (Place.ABOVE, Place.NOT_FINITE) if one in places]
    if not known:
        return ""
    first = next(at for at, place in enumerate(places) if place in known)
    if all(place in known for place in places[first:]):
        kinds = " or ".join(words(line, one) for one in known)
        return f"{kinds} from {number(line.x[first])} on"
    counts = {one: places.count(one) for one in known}
    return ", ".join(
        f"{count} value{'s' * (count != 1)} {words(line, one)}" for one, count in counts.items()
    )


def _nothing(line: Series) -> str:
    """Why there is nothing of it to see."""
    if any(map(math.isfinite, line.y)):
        return "no values above 0, which a log scale needs"
    return "no finite values"


def _plot(lines: list[Series], width: int) -> Text:
    import plotext as plt

    first = lines[0]

    def on_x(value: float) -> float:
        return math.log10(value) if first.log_x else value

    def on_y(value: float) -> float:
        return math.log10(value) if first.log_y else value

    drawn = [point for line in lines for point in points(line)]
    x, y = span([on_x(x) for x, _ in drawn]), span([on_y(y) for _, y in drawn])
    begin(x, y, width)
    for index, line in enumerate(lines):
        colour = _PLOTEXT[index % len(_PLOTEXT)]
        for run in runs(stretches(line)):
            plt.plot(
                [on_x(x) for x, _ in run], [on_y(y) for _, y in run], marker="braille", color=colour
            )
    for index, line in enumerate(lines):
        mine = points(line)
        # each letter elsewhere, so that curves on top of each other show all of theirs
        shares = [(k + (index + 1) / (len(lines) + 1)) / _LETTERS for k in range(_LETTERS)]
        chosen = [mine[round(share * (len(mine) - 1))] for share in shares]
        plt.scatter(
            [on_x(x) for x, _ in chosen],
            [on_y(y) for _, y in chosen],
            marker=letter_of(index),
            color=_PLOTEXT[index % len(_PLOTEXT)],
        )
    return finished(first, x, y, width)
