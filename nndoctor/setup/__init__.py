"""From a recipe or a data file to a set-up that checks can work on."""

from .building import build, with_recipe
from .opening import open_setup, save_recipe
from .setup import Setup

__all__ = ["Setup", "build", "open_setup", "save_recipe", "with_recipe"]
