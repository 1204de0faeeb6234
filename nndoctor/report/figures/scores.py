"""Scores of one or several set-ups, a dot a seed."""

from collections.abc import Sequence
from math import isfinite
from typing import TYPE_CHECKING

from nndoctor.report.cells import number

from .style import COLOURS, INK, one_axes

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def draw_scores(
    sides: Sequence[tuple[str, Sequence[float]]], metric: str, reference: float | None
) -> "Figure | None":
    """First on top, its mean as a bar; the reference as a dotted line. None without scores."""
    known = [
        (name, [one for one in scores if isfinite(one)], len(scores)) for name, scores in sides
    ]
    if not any(scores for _, scores, _ in known):
        return None
    figure, axes = one_axes("score of each seed", height=1.3 + 0.5 * len(known))
    for index, (_, scores, _) in enumerate(known):
        base, colour = len(known) - 1 - index, COLOURS[index % len(COLOURS)]
        axes.plot(scores, [base] * len(scores), "o", color=colour, alpha=0.75, markersize=7)
        if scores:
            mean = sum(scores) / len(scores)
            axes.plot([mean, mean], [base - 0.3, base + 0.3], color=colour, linewidth=2.5)
            axes.annotate(
                number(mean, 2), (mean, base + 0.32), ha="center", va="bottom", fontsize=9
            )
    if reference is not None and isfinite(reference):
        axes.axvline(reference, color=INK, linestyle=":", linewidth=1)
        axes.annotate(
            "reference",
            (reference, 1),
            xycoords=("data", "axes fraction"),
            ha="right",
            va="top",
            fontsize=8,
            xytext=(-3, -1),
            textcoords="offset points",
        )
    labels = [f"{name}, {count} seed{'s' * (count != 1)}" for name, _, count in known]
    axes.set_yticks(range(len(known) - 1, -1, -1), labels)
    axes.set_ylim(-0.5, len(known) - 0.1)
    axes.margins(x=0.08)
    axes.set_xlabel(metric)
    axes.grid(visible=False, axis="y")
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    return figure
