"""Figures of the page, as SVG by hand: a tenth of what matplotlib takes, and none of its start."""

from .drawers import CHARTS
from .rows import draw_scores

__all__ = ["CHARTS", "draw_scores"]
