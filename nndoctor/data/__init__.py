"""Data: one reader per file format, generators, and the visible steps from a file to a batch."""

from .cleaning import answered, cleaned, incomplete
from .columns import Plan, Said
from .dataset import Dataset, taken
from .filling import Filler
from .generators import GENERATORS, generate
from .loading import from_table, load, load_answered, load_inputs, load_like, read
from .naming import listed
from .preprocess import Scaler
from .reading.table import HowToRead, Table
from .repeats import equal_rows, repeated_share, without_repeats
from .split import Parts, split, split_by_time, split_last
from .task import Target, encode_target, guess_task, label_of

__all__ = [
    "GENERATORS",
    "Dataset",
    "Filler",
    "HowToRead",
    "Parts",
    "Plan",
    "Said",
    "Scaler",
    "Table",
    "Target",
    "answered",
    "cleaned",
    "encode_target",
    "equal_rows",
    "from_table",
    "generate",
    "guess_task",
    "incomplete",
    "label_of",
    "listed",
    "load",
    "load_answered",
    "load_inputs",
    "load_like",
    "read",
    "repeated_share",
    "split",
    "split_by_time",
    "split_last",
    "taken",
    "without_repeats",
]
