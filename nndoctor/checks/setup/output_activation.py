"""ND201: can the last activation put out what the loss compares with?"""

from dataclasses import dataclass

from ...findings import Finding, Status
from ...trainable import Task
from ..measures.activation_range import SLACK, reach
from ..measures.design import Design, Targets
from ..measures.unit_kinds import DISTANCES
from .setup_check import Fault, SetupCheck

LINEAR = 'activation = "linear" in the last layer'


@dataclass(frozen=True)
class OutputActivation(SetupCheck):
    """## What it does
    Compares the range of the last activation with the targets as the loss reads them, for losses
    that measure a distance, and looks for softmax over a single unit.

    ## Why it matters
    Softmax over one unit is always 1: it has no gradient and learns nothing. A value outside the
    range of the output activation is never learned either, and the unit saturates on the way there.

    ## What to do
    A linear last layer for numbers; one sigmoid unit, or a softmax unit for each class, for
    classes.

    ## Source
    The ranges are those of the definitions. Softmax over one unit: exp(z) / exp(z) = 1.
    """

    code: str = "ND201"
    name: str = "output-activation"

    def measure(self, design: Design) -> tuple[Task, Targets]:
        """The task and its targets."""
        return design.task, design.targets

    def judge(self, seen: tuple[Task, Targets]) -> Finding:
        """An error for what can't be learned, a note for an output that may die."""
        task, targets = seen
        activation, faults = task.output_activation, []
        if activation == "softmax" and task.outputs == 1:
            faults.append(
                Fault(
                    Status.ERROR,
                    "softmax over one unit is always 1: no gradient, nothing learned",
                    ("wrong_output_activation",),
                    self._instead(task),
                    "output",
                )
            )
        if task.loss in DISTANCES:
            faults += self._out_of_reach(task, targets)
        low, high = reach(activation)
        return self.answer(
            faults,
            f"{activation} can reach all targets"
            if task.loss in DISTANCES
            else f"{activation} into {task.loss}",
            threshold=f"{activation} takes values from {low:g} to {high:g}, targets go from "
            f"{targets.minimum:.4g} to {targets.maximum:.4g}",
            source="by definition of the activations",
        )

    def _out_of_reach(self, task: Task, targets: Targets) -> list[Fault]:
        activation = task.output_activation
        low, high = reach(activation)
        wrong = ("wrong_output_activation", "target_not_scaled")
        ends = f"targets go from {targets.minimum:.4g} to {targets.maximum:.4g}"
        if not (targets.low >= low - SLACK and targets.high <= high + SLACK):
            told = f"{activation} outputs {low:g} to {high:g}, {ends}: the rest is never learned"
            return [Fault(Status.ERROR, told, wrong, LINEAR, "output")]
        if not (targets.minimum >= low - SLACK and targets.maximum <= high + SLACK):
            told = f"{activation} outputs {low:g} to {high:g}, {ends}: a few rows are out of reach"
            return [Fault(Status.WARNING, told, wrong, LINEAR, "output")]
        if activation == "softmax" and task.outputs > 1 and not targets.shares:
            least, most = targets.row_sums
            told = f"softmax outputs sum to 1 in each row, the targets to {least:.4g} to {most:.4g}"
            return [Fault(Status.ERROR, told, wrong[:1], self._instead(task), "output")]
        if activation == "relu" and task.kind == "regression":
            told = "a relu output that is negative on every row stays 0 and never learns"
            return [Fault(Status.NOTE, told, wrong[:1], f"{LINEAR}, or softplus", "output")]
        return []

    def _instead(self, task: Task) -> str:
        if task.kind == "regression":
            return LINEAR
        if task.kind == "multilabel":
            return 'binary_cross_entropy with activation = "linear" in the last layer'
        if len(task.labels) > 2:
            return f"{len(task.labels)} units with cross_entropy, a unit for each class"
        return 'one unit with activation = "linear" and binary_cross_entropy, or two with softmax'
