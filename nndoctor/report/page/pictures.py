"""Figures that lie in the page itself, in the colours of its light and its dark."""

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from nndoctor.diagnosis.diagnosis import Diagnosis
from nndoctor.findings import Curves, Evidence, Report, Series
from nndoctor.report.figures.drawers import DRAWERS
from nndoctor.report.figures.scores import draw_scores
from nndoctor.report.figures.style import COLOURS, EDGE, FAINT, INK, MUTED, styled
from nndoctor.report.scales import SIGNS, Place, place_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST = 24  # figures of a page: many more would be slow to draw and to read
_LONGEST = 600  # points of a curve: a page has no more pixels
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


class Picture(NamedTuple):
    """An SVG or an image as HTML, and what it shows in words."""

    name: str
    html: str


def pictures(report: Report, told: Diagnosis | None) -> tuple[list[Picture], int]:
    """The scores before and after, then the evidence; and how many were left out."""
    drawn: list[Picture] = []
    left = 0
    with styled(text_as_text=True):
        if told is not None and (figure := draw_scores(*_scores(told))) is not None:
            drawn.append(_picture("scores", figure, 0))
        for piece in _pieces(report):
            if len(drawn) >= MOST:
                left += 1
                continue
            if (made := DRAWERS[type(piece)](piece)) is not None:
                drawn.append(_picture(piece.name, made, len(drawn)))
    return drawn, left


def _scores(told: Diagnosis) -> tuple[list[tuple[str, tuple[float, ...]]], str, float | None]:
    """Each side's scores over its seeds, what they are, and where the reference lies."""
    sides = [("as it is", told.before), ("changed", told.after)]
    if told.before is None:
        sides = [("as it is", told.trained)]
    known = [(name, side.scores) for name, side in sides if side is not None and side.scores]
    return known, told.metric, told.reference_score


def _pieces(report: Report) -> Iterator[Evidence]:
    """Curves of one kind that stand side by side share their axes."""
    groups = [report.evidence, *(finding.evidence for finding in report.findings)]
    for pieces in groups:
        for axes, some in groupby(pieces, _axes):
            found = list(some)
            series = [one for one in found if isinstance(one, Series)]
            if axes is None or len(series) < 2:
                yield from map(_thinned, found)
            else:
                yield Curves(_together(series), tuple(map(_thin, series)))


def _axes(piece: Evidence) -> tuple[object, ...] | None:
    if not isinstance(piece, Series):
        return None
    return piece.x_label, piece.y_label, piece.log_x, piece.log_y


def _together(series: Sequence[Series]) -> str:
    """What their names share at the end: training loss and validation loss are losses."""
    words = [one.name.split()[::-1] for one in series]
    shared = [some[0] for some in zip(*words, strict=False) if len(set(some)) == 1]
    return " ".join(shared[::-1]) or ", ".join(one.name for one in series)


def _thinned(piece: Evidence) -> Evidence:
    if isinstance(piece, Series):
        return _thin(piece)
    if isinstance(piece, Curves):
        return Curves(piece.name, tuple(map(_thin, piece.lines)), piece.caption)
    return piece


def _thin(series: Series) -> Series:
    """Of every so many points the first, and what can't lie on the curve; the last of all.

    Of what is not finite one mark is enough; what a log scale can't show is counted. Beside them
    the last of the points is kept too, so that the gap in the curve is no wider than it was.
    """
    length = len(series.x)
    stride = -(-length // _LONGEST) or 1
    if stride == 1:
        return series
    kept = {length - 1}
    for start in range(0, length, stride):
        stretch = range(start, min(start + stride, length))
        places = {at: place_of(series.x[at], series.y[at], series) for at in stretch}
        hidden = [at for at, place in places.items() if place is Place.OFF]
        lost = [next((at for at, one in places.items() if one is sign), None) for sign in SIGNS]
        drawn = [at for at, place in places.items() if place is Place.INSIDE]
        gone = {at for at in lost if at is not None}
        kept.update(hidden, gone, drawn[:1], drawn[-1:] if hidden or gone else ())
    columns = (series.x, series.y, series.low, series.high)
    x, y, low, high = (tuple(c[at] for at in sorted(kept)) if c else () for c in columns)
    return replace(series, x=x, y=y, low=low, high=high)


def _picture(name: str, figure: "Figure", number: int) -> Picture:
    figure.patch.set_alpha(0)
    for axes in figure.axes:
        axes.patch.set_alpha(0)
    text = io.StringIO()
    figure.savefig(text, format="svg", metadata={"Date": None})
    if len(text.getvalue()) > _LARGEST:
        return Picture(name, _image(figure))
    return Picture(name, _inline(text.getvalue(), f"f{number}-"))


def _image(figure: "Figure") -> str:
    from base64 import b64encode

    figure.patch.set(alpha=1, facecolor="white")
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=_DPI)
    data = b64encode(file.getvalue()).decode("ascii")
    return f'<img alt="" src="data:image/png;base64,{data}">'


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
