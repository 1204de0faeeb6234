"""Evidence as figures in files, by matplotlib; one drawer for each kind of record."""

from .drawers import DRAWERS
from .saving import FORMATS, drawn, figures, save_plots

__all__ = ["DRAWERS", "FORMATS", "drawn", "figures", "save_plots"]
