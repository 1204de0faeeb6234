"""A figure of matplotlib in the page itself, in the colours of its light and its dark."""

import io
import re
from typing import TYPE_CHECKING

from nndoctor.report.figures.style import COLOURS, EDGE, FAINT, INK, MUTED, WIDTH

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_LARGEST = 150_000  # characters of one figure; above it is a picture of pixels
_THEMED = {
    INK: "ink",
    EDGE: "edge",
    FAINT: "faint",
    MUTED: "muted",
    "#000000": "ink",
    COLOURS[0]: "blue",
}
_DPI = 110


def inlined(figure: "Figure", number: int) -> str:
    """As SVG, or where that is large as pixels; the number sets its ids apart from others.

    What is wider than most has a class of its own, as it can't be read at half of the page.
    """
    kind = ' class="wide"' * bool(figure.get_figwidth() > WIDTH)
    figure.patch.set_alpha(0)
    for axes in figure.axes:
        axes.patch.set_alpha(0)
    text = io.StringIO()
    figure.savefig(text, format="svg", metadata={"Date": None})
    if len(text.getvalue()) > _LARGEST:
        return _image(figure, kind)
    return _inline(text.getvalue(), f"f{number}-").replace("<svg", f"<svg{kind}", 1)


def _image(figure: "Figure", kind: str) -> str:
    from base64 import b64encode

    figure.patch.set(alpha=1, facecolor="white")
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=_DPI)
    data = b64encode(file.getvalue()).decode("ascii")
    return f'<img{kind} alt="" src="data:image/png;base64,{data}">'


def _inline(text: str, prefix: str) -> str:
    """Without what only a file of its own needs; its ids are those of no other figure."""
    inner = text[text.index("<svg") :]
    for unneeded in (r"<metadata>.*?</metadata>", r"<!--.*?-->"):
        inner = re.sub(unneeded, "", inner, flags=re.DOTALL)
    used = set(re.findall(r"(?:url\(#|href=\"#)([^\")]+)", inner))

    def tag(found: re.Match[str]) -> str:
        kept = re.sub(r'\s(xmlns(:\w+)?|version)="[^"]*"', "", found[0])
        kept = re.sub(
            r'\sid="([^"]*)"', lambda one: f' id="{prefix}{one[1]}"' * (one[1] in used), kept
        )
        kept = re.sub(r"(url\(#|href=\"#)", rf"\1{prefix}", kept)
        for colour, name in _THEMED.items():
            kept = re.sub(f"(?i){colour}(?![0-9a-f])", f"var(--{name})", kept)
        return re.sub(r"(\d+\.\d\d)\d+", r"\1", kept)  # a hundredth of a point is enough

    inner = re.sub(r"<[^>]+>", tag, inner)  # what is between tags is text, and stays
    return re.sub(r"\s*\n\s*", "\n", inner)
