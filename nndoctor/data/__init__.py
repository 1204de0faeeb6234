"""Data: one reader per file format, generators, and the visible steps from a file to a batch."""

from .cleaning import check_finite, incomplete
from .dataset import Dataset, listed
from .generators import GENERATORS, generate
from .preprocess import Scaler
from .readers import READERS, read
from .repeats import equal_rows, repeated_share
from .selecting import read_columns
from .split import Parts, split
from .task import Target, encode_target, guess_task

__all__ = [
    "GENERATORS",
    "READERS",
    "Dataset",
    "Parts",
    "Scaler",
    "Target",
    "check_finite",
    "encode_target",
    "equal_rows",
    "generate",
    "guess_task",
    "incomplete",
    "listed",
    "read",
    "read_columns",
    "repeated_share",
    "split",
]
