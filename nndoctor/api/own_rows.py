"""The rows of a PyTorch set-up as a table, which the checks of data can be asked of."""

from dataclasses import replace
from typing import Any, cast

import numpy as np

from ..checks.measures.raw_table import RawTable, Rows
from ..owncode import OwnCode
from ..setup import TorchSetup
from ..trainable import Batch, Task

MOST_ROWS = 10_000  # of which moments are known well enough
MOST_COLUMNS = 20_000  # beyond them rows are no table


def task_as_run(setup: TorchSetup, facts: OwnCode) -> Task:
    """The task with the activation that the model was seen to end with."""
    task = setup.trainable.task
    return replace(task, output_activation=facts.last) if facts.last else task


def table_of_rows(setup: TorchSetup, task: Task, pixels: bool = False) -> RawTable | None:
    """Its training and validation rows; None where they are no columns of numbers, for which with
    `pixels` those of images count as well."""
    from ..subjects.torch.answers import Answers  # with PyTorch, which few need

    mine = setup.trainable
    pieces = mine.inputs.pieces
    columns = [p.dtype.is_floating_point and (pixels or len(p.shape) == 1) for p in pieces]
    if not all(columns) or task.places > 1 or sum(p.size for p in pieces) > MOST_COLUMNS:
        return None
    answers = Answers.of(task, setup.train.y)

    def rows(batch: Batch) -> Rows:
        truth = answers.truth(batch.y).reshape(len(batch), -1)
        return Rows(batch.x, truth, np.arange(1, len(batch) + 1))

    train = rows(setup.train)
    several = train.y.shape[1] > 1
    classes = int(train.y.max()) + 1 if answers.kind == "classification" else 0
    return RawTable(
        columns=tuple(f"input {at}" for at in range(train.x.shape[1])),
        targets=tuple(f"target {at}" for at in range(train.y.shape[1])) if several else ("target",),
        kind=cast("Any", answers.kind),
        train=train,
        labels=task.labels or tuple(map(str, range(classes))),
        validation=None if setup.validation is None else rows(setup.validation),
        prepared=_received(setup),
        answers=setup.train.y,
        task=task,
        shuffle=mine.shuffle,
        batch_size=mine.batch_size,
        parameters=mine.parameters,
        seed=setup.seed,
    )


def _received(setup: TorchSetup) -> Batch:
    """The training rows as the first layer gets them: a batch norm or the forward method may scale
    them before it."""
    rows = setup.train.sample(MOST_ROWS)
    got = setup.trainable.fresh(setup.seed).first_inputs(rows)
    return setup.train if got is None else Batch(got, rows.y)
