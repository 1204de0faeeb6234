"""From a recipe or a data file to a set-up that checks can work on."""

from .building import build, with_recipe
from .opening import open_setup, save_recipe
from .setup import DataSetup, Part, Setup
from .table import open_table

__all__ = [
    "DataSetup",
    "Part",
    "Setup",
    "build",
    "open_setup",
    "open_table",
    "save_recipe",
    "with_recipe",
]
