"""Whether rows fit a network: compiled code trusts what it is given."""

from ..errors import DataError
from ..trainable import Batch
from .configuration import Configuration


def refuse_unfit(setup: Configuration, batch: Batch) -> None:
    """Raises DataError for rows of another width, and for class numbers that no output stands for.

    An index out of range would read and write foreign memory.
    """
    rows, outputs = len(batch), setup.layers[-1].units
    if batch.x.shape != (rows, setup.inputs):
        raise DataError(
            f"inputs of shape {batch.x.shape} for a network of {setup.inputs} inputs",
            f"x has {setup.inputs} columns",
        )
    if batch.y.shape not in ((rows, 1), (rows, outputs)):
        raise DataError(
            f"targets of shape {batch.y.shape} for {rows} rows and {outputs} outputs",
            f"y has a row for each of x, and one column or {outputs}",
        )
    indexed = [outputs] * (batch.y.shape[1] == 1 < outputs)
    indexed += [len(setup.class_weights)] * bool(setup.class_weights)
    if indexed and not 0 <= batch.highest_class < min(indexed):
        raise DataError(
            f"class numbers from {batch.y.min():g} to {batch.y.max():g} for {min(indexed)} classes",
            f"they are whole numbers from 0 to {min(indexed) - 1}",
        )
