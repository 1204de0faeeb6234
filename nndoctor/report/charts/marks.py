"""The small parts of a chart: lines, words, colours, and the figure around them."""

from collections.abc import Iterable
from html import escape

from nndoctor.report.figures.style import COLOURS

WIDE = 400  # as many pixels has a figure on the page, more or less
LINE = 15
_SIZE = 11
_THEMED = {COLOURS[0]: "var(--blue)", "#000000": "var(--ink)"}
_DASHES = ("", " dashed", " dotted")


def colour(index: int) -> str:
    """The colour of the curve with this number, as a style that its parts inherit."""
    one = COLOURS[index % len(COLOURS)]
    return f'style="--c:{_THEMED.get(one, one)}"'


def dash(index: int) -> str:
    """What tells curves of one colour apart, as a class."""
    return _DASHES[index // len(COLOURS) % len(_DASHES)]


def width_of(text: str) -> float:
    """About: the page's font is the reader's."""
    return 0.57 * _SIZE * len(text)


def line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    """A straight one."""
    return f'<path class="{kind}" d="M{x1:.1f},{y1:.1f}L{x2:.1f},{y2:.1f}"/>'


def text(x: float, y: float, told: str, kind: str = "", room: float = 0, more: str = "") -> str:
    """Words at a place, cut where there is no room for them."""
    if room and width_of(told) > room:
        whole, told = told, told[: max(int(room / width_of("x")) - 1, 1)] + "…"
        told = f"<title>{escape(whole)}</title>{escape(told)}"
    else:
        told = escape(told)
    classes = f' class="{kind}"' if kind else ""
    return f'<text{classes} x="{x:.1f}" y="{y:.1f}"{more}>{told}</text>'


def entry(index: int, name: str) -> str:
    """A line of the key: the colour of a curve and its name."""
    return f'<li><i class="swatch{dash(index)}" {colour(index)}></i>{escape(name)}</li>'


def figure(
    name: str, drawn: str, high: float, key: Iterable[str] = (), notes: Iterable[str] = ()
) -> str:
    """The picture under its name; below it which curve is which, and how to read it."""
    label = escape(name)
    entries = "".join(key)
    said = "".join(f'<p class="dim">{escape(one)}</p>' for one in notes if one)
    return (
        f"<figcaption>{label}</figcaption>"
        f'<svg class="chart" viewBox="0 0 {WIDE} {high:.0f}" role="img" aria-label="{label}">'
        f"{drawn}</svg>" + (f'<ul class="key">{entries}</ul>' if entries else "") + said
    )
