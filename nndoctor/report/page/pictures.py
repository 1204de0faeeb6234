"""The figures of the page: which there are, and in what order."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from nndoctor.diagnosis.diagnosis import Diagnosis
from nndoctor.findings import Curves, Evidence, Report, Series
from nndoctor.report.charts import CHARTS, draw_scores
from nndoctor.report.figures.drawers import DRAWERS
from nndoctor.report.figures.style import styled
from nndoctor.report.scales import SIGNS, Place, place_of

from .inlined import inlined

MOST = 24  # figures of a page: many more would be slow to draw and to read
_LONGEST = 600  # points of a curve: a page has no more pixels


def pictures(report: Report, told: Diagnosis | None) -> tuple[list[str], int]:
    """As HTML, the scores before and after first, then the evidence; and how many are left out."""
    drawn: list[str] = []
    left = 0
    if told is not None and (scores := draw_scores(*_scores(told))) is not None:
        drawn.append(scores)
    for piece in _pieces(report):
        if len(drawn) >= MOST:
            left += 1
        elif (made := _drawn(piece, len(drawn))) is not None:
            drawn.append(made)
    return drawn, left


def _drawn(piece: Evidence, number: int) -> str | None:
    """By hand where the page can; matplotlib takes a second to start and tenths for a figure."""
    if type(piece) in CHARTS:
        return CHARTS[type(piece)](piece)
    with styled(text_as_text=True):
        figure = DRAWERS[type(piece)](piece)
        return None if figure is None else inlined(figure, number)


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
