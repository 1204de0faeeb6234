"""ND203: is the loss made for this kind of task and target?"""

from collections.abc import Iterator
from dataclasses import dataclass

from ...findings import Finding, Status
from ...trainable import Task
from ..measures.design import Design, Targets
from ..measures.unit_kinds import BINARY, DISTANCES, OVER_CLASSES
from .setup_check import Fault, SetupCheck

FITTING = {
    "classification": 'loss.name = "cross_entropy", or "binary_cross_entropy" on one unit',
    "multilabel": 'loss.name = "binary_cross_entropy"',
    "regression": 'loss.name = "mse", or "huber" where some rows are far off',
}


@dataclass(frozen=True)
class LossForTask(SetupCheck):
    """## What it does
    Compares the loss with the task and with the targets that it reads: cross-entropy of targets
    outside 0 to 1 or over a single unit, losses of classes in a regression, losses of distance in
    a classification.

    ## Why it matters
    A cross-entropy is bounded only for targets from 0 to 1: outside, it falls without limit and
    means nothing. Over one unit it is always 0. Squared error on classes works, but slowly, because
    its gradient vanishes where a sigmoid or softmax is confidently wrong; absolute error prefers to
    predict no class at all where there are more than two.

    ## What to do
    cross_entropy for one class of several, binary_cross_entropy for yes or no and for several
    labels, mse or huber for numbers.

    ## Source
    Bishop 2006, sections 4.3.4 and 5.2; Golik, Doetsch and Ney 2013, Cross-Entropy vs. Squared
    Error Training; Hui and Belkin 2021, arXiv 2006.07322 (squared error can do as well, tuned).
    """

    code: str = "ND203"
    name: str = "loss-for-task"

    def measure(self, design: Design) -> tuple[Task, Targets]:
        """The task and its targets."""
        return design.task, design.targets

    def judge(self, seen: tuple[Task, Targets]) -> Finding:
        """Errors where the minimum means nothing, notes where another loss would be quicker."""
        task, targets = seen
        return self.answer(
            [*_unbounded(task, targets), *_of_another_task(task, targets)],
            f"{task.loss} fits a {task.kind}",
            threshold="cross-entropies: targets from 0 to 1 that sum to 1 over classes; hinge: "
            "classes; distances: numbers",
            source="Bishop 2006, sections 4.3.4 and 5.2",
        )


def _unbounded(task: Task, targets: Targets) -> Iterator[Fault]:
    """Targets for which the loss has no minimum that means anything."""
    advice = FITTING[task.kind]
    ends = f"{targets.minimum:.4g} to {targets.maximum:.4g}"
    if task.loss in (BINARY, *OVER_CLASSES) and not targets.within:
        cause = "labels_wrong_encoding" if task.kind == "classification" else "target_not_scaled"
        told = f"{task.loss} of targets from {ends}: outside 0 to 1 it falls without limit"
        yield Fault(Status.ERROR, told, ("wrong_loss", cause), advice)
    elif task.loss == "msle" and task.kind == "regression" and targets.minimum < 0:
        told = f"msle of targets from {ends}: all below 0 are read as 0, none of them is learned"
        yield Fault(Status.ERROR, told, ("wrong_loss", "target_not_scaled"), advice)
    elif task.loss in OVER_CLASSES and task.outputs == 1:
        told = f"{task.loss} over one unit is always 0: nothing is learned"
        yield Fault(Status.ERROR, told, ("wrong_loss", "wrong_output_units"), advice)


def _of_another_task(task: Task, targets: Targets) -> Iterator[Fault]:
    advice, several = FITTING[task.kind], max(len(task.labels), task.outputs) > 2
    least, most = targets.row_sums
    wrong = ("wrong_loss",)
    if task.kind == "classification" and task.loss == "mae" and several:
        told = "mae on classes: with more than two, predicting none of them is the best constant"
        yield Fault(Status.WARNING, told, wrong, advice)
    elif task.kind != "regression" and task.loss in DISTANCES:
        told = f"{task.loss} on {'classes' if task.kind == 'classification' else 'labels'} learns "
        told += "more slowly than a cross-entropy"
        bare = ("missing_output_activation",) * (task.output_activation == "linear")
        yield Fault(Status.NOTE, told, (*wrong, *bare), advice)
    elif task.kind == "regression" and task.loss == "hinge":
        told = "hinge reads only on which side of 0 a number is"
        yield Fault(Status.ERROR, told, wrong, advice)
    elif task.kind != "classification" and task.loss in OVER_CLASSES and task.outputs > 1:
        if targets.within and not targets.shares:
            told = f"outputs under {task.loss} sum to 1, the targets of a row to "
            told += f"{least:.4g} to {most:.4g}"
            yield Fault(Status.WARNING, told, wrong, advice)
    elif task.kind == "regression" and task.loss == BINARY and targets.within and not targets.whole:
        told = "binary_cross_entropy on numbers: its minimum is not 0 but their entropy"
        yield Fault(Status.NOTE, told, wrong, advice)
    elif task.kind == "classification" and task.loss == BINARY and several and task.outputs > 2:
        told = (
            f"binary_cross_entropy makes {task.outputs} separate yes/no decisions where one "
            "class of "
        )
        told += f"{len(task.labels)} is right"
        yield Fault(Status.NOTE, told, (*wrong, "wrong_output_activation"), advice)
