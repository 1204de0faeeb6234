"""A whole training run as a recipe asks for it, from the first update to the reason it ended."""

from .checkpoint import Checkpoint, intact, is_checkpoint, load_checkpoint, save_checkpoint
from .course import Course
from .ensemble import Ensemble
from .events import Event, Record, happened
from .fit import fit
from .nominal import update_seconds
from .run import Ending, Epoch, Progress, Run

__all__ = [
    "Checkpoint",
    "Course",
    "Ending",
    "Ensemble",
    "Epoch",
    "Event",
    "Progress",
    "Record",
    "Run",
    "fit",
    "happened",
    "intact",
    "is_checkpoint",
    "load_checkpoint",
    "save_checkpoint",
    "update_seconds",
]
