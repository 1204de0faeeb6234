"""What a user writes: the recipe, read, checked, changed and written back."""

from .data_table import Data
from .default import default_recipe
from .differing import differences
from .layers import Layer, resolve_layers
from .loading import Loaded, build, load, loads, override
from .schema import Recipe
from .tables import json_schema
from .units import Unit, parse_unit
from .writing import as_dict, to_toml

__all__ = [
    "Data",
    "Layer",
    "Loaded",
    "Recipe",
    "Unit",
    "as_dict",
    "build",
    "default_recipe",
    "differences",
    "json_schema",
    "load",
    "loads",
    "override",
    "parse_unit",
    "resolve_layers",
    "to_toml",
]
