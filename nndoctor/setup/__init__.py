"""A recipe joined with its data, or a PyTorch set-up: the only place that knows recipe, data and
adapters."""

from ..data.reading.reading import is_recipe
from . import torch
from .answered import Answered, answered_rows
from .blueprint import blueprint
from .building import build, with_recipe
from .images import image_shape
from .opening import open_setup, rows_claimed, save_recipe
from .python_file import is_python, open_python
from .saved import SavedModel, load_model, resume_network, save_network
from .script.fits import Fit
from .setup import DataSetup, Part, Setup, anything
from .start import AVERAGES, Start
from .table import open_table, table_of
from .torch import TorchSetup
from .torch_blueprint import torch_blueprint

__all__ = [
    "AVERAGES",
    "Answered",
    "DataSetup",
    "Fit",
    "Part",
    "SavedModel",
    "Setup",
    "Start",
    "TorchSetup",
    "answered_rows",
    "anything",
    "blueprint",
    "build",
    "image_shape",
    "is_python",
    "is_recipe",
    "load_model",
    "open_python",
    "open_setup",
    "open_table",
    "resume_network",
    "rows_claimed",
    "save_network",
    "save_recipe",
    "table_of",
    "torch",
    "torch_blueprint",
    "with_recipe",
]
