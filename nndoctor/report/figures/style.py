"""How every figure looks: one quiet style, colours that the colour-blind can tell apart."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe & Ito 2008, Color Universal Design, without its yellow, which is too light for lines.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#999999")
INK, EDGE, MUTED, FAINT = "#333333", "#888888", "#666666", "#D8D8D8"
SIGNED, UNSIGNED = "PuOr", "viridis"

_STYLE: Any = {
    "font.family": "sans-serif",
    "font.size": 10,
    "text.color": INK,
    "axes.edgecolor": EDGE,
    "axes.labelcolor": INK,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "grid.color": FAINT,
    "grid.linewidth": 0.6,
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.frameon": False,
    "lines.linewidth": 1.6,
    "figure.facecolor": "white",
    "text.parse_math": False,  # a $ in a column's name is a $
    "svg.fonttype": "path",
    "svg.hashsalt": "nndoctor",  # else the same figure has other bytes each time
}

WIDTH = 6.4  # inches of most figures


@contextmanager
def styled(text_as_text: bool = False) -> Iterator[None]:
    """While entered figures are made and written in our style; else text is drawn as outlines."""
    import matplotlib

    with matplotlib.rc_context(_STYLE | ({"svg.fonttype": "none"} if text_as_text else {})):
        yield


def one_axes(title: str, width: float = WIDTH, height: float = 4.2) -> "tuple[Figure, Axes]":
    """A figure with one pair of axes; sizes in inches."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.add_subplot()
    axes.set_title(title)
    return figure, axes


def note(figure: "Figure", caption: str) -> None:
    """How to read it, below the axes."""
    if caption:
        figure.supxlabel(caption, fontsize=8, color=MUTED, wrap=True)
