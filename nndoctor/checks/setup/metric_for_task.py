"""ND220: does the score that its user watches say anything of this task?"""

from collections.abc import Iterator
from dataclasses import dataclass

from ...findings import Finding, Status
from ...trainable import Task
from ..measures.design import Design
from .setup_check import Fault, SetupCheck

OF_NUMBERS = ("mse", "rmse", "mae", "msle", "mape", "r2")
BY_ARGMAX = ("categorical_accuracy", "sparse_categorical_accuracy")
BY_LABEL = ("accuracy", "binary_accuracy")
FITTING = {
    "classification": "accuracy, with few rows of a class balanced_accuracy or mcc",
    "multilabel": "f1 or auc of each label",
    "regression": "mae or r2",
}
WRONG = ("wrong_metric",)


@dataclass(frozen=True)
class MetricForTask(SetupCheck):
    """## What it does
    Compares the metrics that the user watches (`training.metrics`, or those a Keras model was
    compiled with) with the task and the output layer.

    ## Why it matters
    A metric of another task says nothing of the training: the accuracy of a regression counts
    outputs that equal their target, and stays near 0 however good they are; the largest of one
    output is always the first; thresholds on each of C classes are right for C - 2 of them even
    where the class is wrong. The training may be healthy where the score does not move, and sick
    where it is high.

    ## What to do
    mae or r2 for numbers, accuracy for classes, f1 or auc for each of several labels.

    ## Source
    Humbatova et al. 2020, arXiv:1910.11015 (wrong metric among the faults of the loss and the
    metric); the definitions of Keras 3's metrics.
    """

    code: str = "ND220"
    name: str = "metric-for-task"

    def skips(self, design: Design) -> str:
        """There has to be one."""
        return "" if design.plan.metrics else "no metric is named: training.metrics"

    def measure(self, design: Design) -> tuple[Task, tuple[str, ...]]:
        """The task and what it is judged by."""
        return design.task, design.plan.metrics

    def judge(self, seen: tuple[Task, tuple[str, ...]]) -> Finding:
        """Warnings where the number can't tell learning from none, notes where it misleads."""
        task, metrics = seen
        faults = [fault for metric in metrics for fault in _faults(task, metric)]
        return self.answer(
            faults,
            f"{', '.join(metrics)} fit{'s' * (len(metrics) == 1)} a {task.kind}",
            threshold="numbers: distances or R^2; one class of several: counts of right classes; "
            "several labels: scores of each label",
            source="Humbatova et al. 2020, arXiv:1910.11015",
        )


def _faults(task: Task, metric: str) -> Iterator[Fault]:
    advice, several = FITTING[task.kind], task.outputs > 1
    if task.kind == "regression":
        if metric not in OF_NUMBERS:
            told = f"{metric} of a regression counts outputs that hit their target as if it were a "
            told += "class: it says nothing of how near they are"
            yield Fault(Status.WARNING, told, WRONG, advice)
    elif metric in OF_NUMBERS:
        told = f"{metric} of classes or labels measures how far outputs are from codes, not how "
        told += "many rows are right"
        yield Fault(Status.NOTE, told, WRONG, advice)
    elif metric in BY_ARGMAX and not several:
        told = f"{metric} takes the largest of {task.outputs} output, which is always the first"
        yield Fault(Status.WARNING, told, WRONG, "binary_accuracy")
    elif task.kind == "multilabel" and metric in BY_ARGMAX and several:
        told = f"{metric} compares the one largest output, where several labels may be on"
        yield Fault(Status.WARNING, told, WRONG, advice)
    elif task.kind == "multilabel" and metric in BY_LABEL and several:
        told = f"{metric} counts labels that are off as hits: where few are on it is high for a "
        told += "network that answers none"
        yield Fault(Status.NOTE, told, WRONG, advice)
    elif task.kind == "classification" and metric == "binary_accuracy" and task.outputs > 2:
        least = 1 - 2 / task.outputs
        told = (
            f"binary_accuracy over {task.outputs} classes is at least {least:.0%} of the outputs "
        )
        told += "where one class is answered in each row, right or wrong"
        yield Fault(Status.WARNING, told, WRONG, "accuracy")
