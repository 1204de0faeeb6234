"""ND204: does the number of output units fit the classes?"""

from dataclasses import dataclass

from ...findings import Finding, Status
from ...trainable import Task
from ..measures.design import Design
from .setup_check import Fault, SetupCheck


@dataclass(frozen=True)
class OutputUnits(SetupCheck):
    """## What it does
    Compares the number of output units with the number of classes, and looks for class numbers
    predicted as the value of a single unit.

    ## Why it matters
    Class numbers on one unit imply that class 2 lies between 1 and 3, and that a 9 mistaken for a 1
    is eight times as wrong as one mistaken for an 8: seldom true, and hard to learn. Units without
    a class cost little and only learn to stay off, but are often a sign that the labels are not
    what was expected.

    ## What to do
    One unit for each class: data.target_encoding = "class", or "one-hot". For classes that do have
    an order, say so: data.task = "regression".

    ## Source
    Bishop 2006, section 4.1.2: 1-of-K targets, and why a single value is no substitute.
    """

    code: str = "ND204"
    name: str = "output-units"

    def skips(self, design: Design) -> str:
        """Only one class of several is a matter of units."""
        return "" if design.task.kind == "classification" else f"a {design.task.kind} has no class"

    def measure(self, design: Design) -> Task:
        """The task says both."""
        return design.task

    def judge(self, task: Task) -> Finding:
        """A warning where classes are numbers, a note where units are left over."""
        classes, faults = len(task.labels), []
        if task.outputs == 1 and classes > 2:
            faults.append(
                Fault(
                    Status.WARNING,
                    f"one output unit has to predict {classes} class numbers",
                    ("wrong_output_units", "labels_wrong_encoding"),
                    'data.target_encoding = "class" with a unit for each class',
                    "output",
                )
            )
        elif task.outputs > max(classes, 2):
            faults.append(
                Fault(
                    Status.NOTE,
                    f"{task.outputs} output units for {classes} classes",
                    ("wrong_output_units",),
                    f"units = {classes} in the last layer",
                    "output",
                )
            )
        units = f"{task.outputs} unit{'s' * (task.outputs > 1)}"
        return self.answer(
            faults,
            f"{units} for {classes} classes",
            measured=float(task.outputs),
            expected=float(classes),
            threshold="a unit for each class, or one for two classes",
            source="Bishop 2006, section 4.1.2",
        )
