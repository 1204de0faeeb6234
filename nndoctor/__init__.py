"""nndoctor finds out why a neural network does not train."""

__version__ = "0.1.0"
