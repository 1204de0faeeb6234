"""The rows of a PyTorch set-up: inputs and targets scaled by the training rows of a seed."""

from dataclasses import dataclass

import numpy as np

from ...adapters.torch.rows import Layout, Piece
from ...diagnosis.subject import Refused
from ...trainable import Array, Batch
from .answers import NUMBERS
from .edit import Answer, Edit
from .look import Look

TINY = 0.1  # median standard deviation of the columns below which they were scaled twice
INPUTS, TARGET = "inputs", "target"


@dataclass(frozen=True)
class Scaling:
    """Numbers less `mean`, over `std`."""

    mean: Array
    std: Array

    def __call__(self, values: Array) -> Array:
        """In the kind in which they are given."""
        return ((values - self.mean) / self.std).astype(values.dtype, copy=False)

    def invert(self, values: Array) -> Array:
        """Back to the units in which they were given."""
        return np.asarray(values * self.std + self.mean)


def input_scaling(x: Array, layout: Layout, channels_first: bool) -> Scaling:
    """By column, or by channel of images and sequences; whole numbers stay as they are."""
    mean, std, start = np.zeros(x.shape[1]), np.ones(x.shape[1]), 0
    for piece in layout.pieces:
        part = slice(start, start + piece.size)
        start += piece.size
        if not piece.dtype.is_floating_point:
            continue
        values = x[:, part].astype(np.float64).reshape(len(x), *piece.shape)
        axes = _spread_over(piece, channels_first)
        shape = (1, *piece.shape)
        middle, spread = values.mean(axis=axes, keepdims=True), values.std(axis=axes, keepdims=True)
        mean[part] = np.broadcast_to(middle, shape).ravel()
        std[part] = np.broadcast_to(np.where(spread > 0, spread, 1.0), shape).ravel()
    return Scaling(mean, std)


def _spread_over(piece: Piece, channels_first: bool) -> tuple[int, ...]:
    """The axes of [rows, ...] that one mean is of: all but that of columns or channels."""
    count = len(piece.shape) + 1
    if count <= 2:
        return (0,)
    kept = 1 if channels_first or count > 3 else count - 1
    return tuple(axis for axis in range(count) if axis != kept)


def standardised_inputs(look: Look) -> Answer:
    """For inputs that were never scaled."""
    if _tiny(look):
        return Refused("the inputs hardly vary, as if they had been scaled twice")
    return _scaled(look)


def inputs_scaled_once(look: Look) -> Answer:
    """The same for inputs that hardly vary."""
    if not _tiny(look):
        return Refused("the inputs vary enough not to have been scaled twice")
    return _scaled(look)


def _numbers(look: Look) -> Array:
    """The columns of the training rows that are no whole numbers to the model."""
    columns = [
        np.full(piece.size, piece.dtype.is_floating_point) for piece in look.setup.inputs.pieces
    ]
    return np.asarray(look.train.x[:, np.concatenate(columns)], np.float64)


def _tiny(look: Look) -> bool:
    std = _numbers(look).std(axis=0)
    std = std[std > 0]
    return bool(len(std)) and float(np.median(std)) < TINY and float(std.max()) < 0.5


def _scaled(look: Look) -> Answer:
    """Standardised inputs, unless they already are as good as that."""
    x = _numbers(look)
    if not x.size:
        return Refused("the inputs are whole numbers to the model, such as words")
    scaling = input_scaling(look.train.x, look.setup.inputs, look.channels_first())
    std = scaling.std[scaling.std != 1.0]
    fine = bool(len(std)) and std.min() > 0.5 and std.max() < 2
    if fine and np.abs(scaling.mean).max() < 0.5:
        return Refused("the inputs are near mean 0 and standard deviation 1 as they are")
    return (inputs_by_training_rows(look),)


def inputs_by_training_rows(look: Look) -> Edit:
    """As a line of PyTorch."""
    pieces = look.setup.inputs.pieces
    piece = next(p for p in pieces if p.dtype.is_floating_point)
    axes = _spread_over(piece, look.channels_first())
    over = "0" if axes == (0,) else f"{axes}, keepdim=True"
    std, start = f"x.std({over})", sum(p.size for p in pieces[: pieces.index(piece)])
    scaling = input_scaling(look.train.x, look.setup.inputs, look.channels_first())
    if 1.0 in scaling.std[start : start + piece.size]:  # a constant column, or channel
        std += f".where({std} > 0, 1)"
    line = f"(x - x.mean({over})) / {std}"
    return Edit("inputs", "inputs", "x", f"{line}  # of the training rows", rows=INPUTS)


def scaled_target(look: Look) -> Answer:
    """Standardised."""
    if look.answers.form != NUMBERS:
        return Refused("only the target of a regression is scaled")
    if look.counts or not look.setup.targets.dtype.is_floating_point:
        return Refused("the targets are whole numbers")
    if look.calls.last:
        return Refused(f"the outputs of a {look.calls.last} can't follow a scaled target")
    y = look.train.y.astype(np.float64)
    mean, std = np.abs(y.mean(axis=0)).max(), y.std(axis=0)
    if std.min() > 0.5 and std.max() < 2 and mean < 1:
        return Refused("the target is near mean 0 and standard deviation 1 as it is")
    return (target_by_training_rows(),)


def target_by_training_rows() -> Edit:
    """As a line of PyTorch."""
    line = "(y - y.mean(0)) / y.std(0)  # of the training rows"
    return Edit("target", "target", "y", line, rows=TARGET)


def target_scaling(batch: Batch) -> Scaling:
    """By column."""
    y = batch.y.astype(np.float64)
    std = y.std(axis=0)
    return Scaling(y.mean(axis=0), np.where(std > 0, std, 1.0))
