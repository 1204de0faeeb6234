"""Walks over contours as one page that moves: inline SVG and its own animation, no script."""

import io
import math
import re
from collections.abc import Iterator
from html import escape
from itertools import pairwise

from nndoctor.findings import Paths, Report, Table, Walk
from nndoctor.report.cells import number
from nndoctor.visible import all_visible

from .planes import draw_contours
from .style import COLOURS, styled

_WIDE, _HIGH = 640, 400
_LEVELS = 14
_MOST_STEPS = 240
_SECONDS = 10
_FAR = 4  # times the window: beyond it a walk is drawn no farther
_CSS = """
body { font: 15px/1.5 system-ui, sans-serif; color: #333; background: #fff; max-width: 60rem;
       margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.3rem; } h2 { font-size: 1.05rem; margin: 2rem 0 .5rem; }
figure { margin: 0; } svg { max-width: 100%; height: auto; border: 1px solid #ddd; }
table { border-collapse: collapse; margin: .8rem 0; font-size: .9rem; }
td, th { text-align: left; padding: .15rem .9rem .15rem 0; border-bottom: 1px solid #eee; }
.key { display: inline-block; width: .8em; height: .8em; border-radius: 50%; margin-right: .5em; }
p.note { color: #666; font-size: .85rem; }
"""


def animation(report: Report) -> str:
    """The whole page, without a network address in it; the walks go on and on, in step."""
    report = all_visible(report)
    parts = [f"<h1>{escape(report.title)}</h1>"]
    parts += [f"<p>{escape(word)}</p>" for word in report.words]
    parts.append(f"<p><strong>{escape(report.headline)}</strong></p>")
    for piece in report.evidence:
        if isinstance(piece, Paths):
            parts += [f"<h2>{escape(piece.name)}</h2>", _figure(piece), _legend(piece)]
            parts.append(f'<p class="note">{escape(piece.caption)}</p>')
        elif isinstance(piece, Table):
            parts += [f"<h2>{escape(piece.name)}</h2>", _table(piece)]
            parts.append(f'<p class="note">{escape(piece.caption)}</p>')
    title, body = escape(report.title), "\n".join(parts)
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width">\n<title>{title}</title>\n'
        f"<style>{_CSS}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _figure(paths: Paths) -> str:
    steps = max((len(walk.x) for walk in paths.paths), default=1)
    drawn = "\n".join(
        _walk(walk, paths, COLOURS[index % len(COLOURS)], steps)
        for index, walk in enumerate(paths.paths)
    )
    marks = "\n".join(
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="12" dx="6" dy="-6">{escape(label)}</text>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="#333"/>'
        for label, (x, y) in ((label, _place(paths, x, y)) for label, x, y in paths.marks)
    )
    return (
        f'<figure><svg viewBox="0 0 {_WIDE} {_HIGH}" width="{_WIDE}" role="img" '
        f'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">\n'
        f"<title>{escape(paths.name)}</title>\n"
        f"{_background(paths)}\n{marks}\n{drawn}\n</svg></figure>"
    )


def _background(paths: Paths) -> str:
    """The contours, whose axes fill the whole picture."""
    from matplotlib.figure import Figure

    with styled():
        figure = Figure(figsize=(_WIDE / 72, _HIGH / 72))
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        draw_contours(axes, paths, _LEVELS)
        file = io.StringIO()
        figure.savefig(file, format="svg", metadata={"Date": None})
    text = file.getvalue()
    inner = text[text.index("<svg") :]
    # in the picture's own units; the metadata hold addresses, and a tenth of a pixel is enough
    inner = re.sub(
        r'width="[\d.]+pt" height="[\d.]+pt"', f'width="{_WIDE}" height="{_HIGH}"', inner, count=1
    )
    inner = re.sub(r"<metadata>.*?</metadata>", "", inner, flags=re.DOTALL)
    return re.sub(r"(\d+\.\d)\d+", r"\1", inner)


def _place(paths: Paths, x: float, y: float) -> tuple[float, float]:
    across = (x - paths.x[0]) / (paths.x[-1] - paths.x[0])
    up = (y - paths.y[0]) / (paths.y[-1] - paths.y[0])
    across, up = (min(max(share, -_FAR), _FAR + 1) for share in (across, up))
    return across * _WIDE, (1 - up) * _HIGH


def _walk(walk: Walk, paths: Paths, colour: str, steps: int) -> str:
    """The whole way, faint; over it as much as has been walked, and a dot at its end."""
    places = [
        _place(paths, x, y)
        for x, y in zip(walk.x, walk.y, strict=True)
        if math.isfinite(x) and math.isfinite(y)
    ]
    if not places:
        return ""
    stride = -(-len(places) // _MOST_STEPS)
    kept = [*range(0, len(places), stride)]
    kept += [len(places) - 1] if kept[-1] != len(places) - 1 else []
    shown = [places[index] for index in kept]
    times = [index / max(steps - 1, 1) * 0.9 for index in kept] + [1.0]  # a rest at the end
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in shown)
    lengths = [0.0, *_lengths(shown)]
    total = lengths[-1] or 1.0
    left = [f"{1 - length / total:.4f}" for length in lengths]
    key = ";".join(f"{time:.4f}" for time in times)
    timing = f'keyTimes="{key}" dur="{_SECONDS}s" repeatCount="indefinite"'

    def moving(name: str, values: list[str]) -> str:
        return (
            f'<animate attributeName="{name}" values="{";".join([*values, values[-1]])}" {timing}/>'
        )

    line = f'<polyline points="{points}" fill="none" stroke="{colour}"'
    x, y = shown[-1]
    return (
        f'{line} stroke-width="1" opacity="0.3"/>\n'
        f'{line} stroke-width="2" pathLength="1" stroke-dasharray="1" stroke-dashoffset="0">'
        f"{moving('stroke-dashoffset', left)}</polyline>\n"
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{colour}" stroke="white">'
        f"{moving('cx', [f'{x:.1f}' for x, _ in shown])}"
        f"{moving('cy', [f'{y:.1f}' for _, y in shown])}</circle>"
    )


def _lengths(places: list[tuple[float, float]]) -> Iterator[float]:
    total = 0.0
    for one, other in pairwise(places):
        total += math.dist(one, other)
        yield total


def _legend(paths: Paths) -> str:
    rows = "".join(
        f'<tr><td><span class="key" style="background:{COLOURS[index % len(COLOURS)]}"></span>'
        f"{escape(walk.name)}</td><td>{escape(walk.end)}</td></tr>"
        for index, walk in enumerate(paths.paths)
    )
    return f"<table>{rows}</table>"


def _table(table: Table) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in table.columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(_cell(cell))}</td>" for cell in row) + "</tr>"
        for row in table.rows
    )
    return f"<table><tr>{head}</tr>{rows}</table>"


def _cell(cell: object) -> str:
    if cell is None:
        return "-"
    return number(cell) if isinstance(cell, int | float) else str(cell)
