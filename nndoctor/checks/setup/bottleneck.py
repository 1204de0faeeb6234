"""ND209: is a hidden layer too narrow for what has to pass it?"""

from dataclasses import dataclass
from math import ceil, log2

from ...findings import Finding, Status
from ...trainable import LayerPlan
from ..measures.design import Design
from .setup_check import Fault, SetupCheck


@dataclass(frozen=True)
class Narrow:
    """Hidden layers, and how many units what comes out has to come from."""

    hidden: tuple[LayerPlan, ...]
    needed: int
    outputs: int


@dataclass(frozen=True)
class Bottleneck(SetupCheck):
    """## What it does
    Compares the narrowest hidden layer with what has to pass through it: log2 of the classes, the
    number of binary units that can distinguish them, or a tenth of the outputs of other tasks.

    ## Why it matters
    Everything the network knows about a row passes through its narrowest layer. One unit passes one
    number; if it is a ReLU that happens to be off, nothing at all. A few units can encode many
    classes in principle, but training seldom finds how.

    ## What to do
    Widen the layer to at least the number of outputs, unless so small a code is intended.

    ## Source
    Our choice: log2 C on and off units name C classes. One unit: the layer is a ridge function.
    """

    code: str = "ND209"
    name: str = "bottleneck"

    share: float = 0.1  # of the outputs of a regression or of labels

    def skips(self, design: Design) -> str:
        """Without a hidden layer nothing is narrow."""
        return "" if design.hidden else "there is no hidden layer"

    def measure(self, design: Design) -> Narrow:
        """Widths, and what is needed."""
        task = design.task
        needed = ceil(task.outputs * self.share)
        if task.kind == "classification":
            needed = ceil(log2(max(len(task.labels), 2)))
        return Narrow(design.hidden, needed, task.outputs)

    def judge(self, seen: Narrow) -> Finding:
        """A warning for one unit that can shut or has to serve several, else a note."""
        narrowest = min(seen.hidden, key=lambda layer: layer.units)
        units, faults = narrowest.units, []
        advice = f"at least {max(2 * seen.needed, seen.outputs, 4)} units in {narrowest.name}"
        if units == 1:
            shuts = narrowest.activation == "relu"
            worse = shuts or seen.needed > 1
            told = f"everything passes through the one {narrowest.activation} unit of "
            told += narrowest.name + ", which passes nothing when it is off" * shuts
            status = Status.WARNING if worse else Status.NOTE
            faults.append(Fault(status, told, ("capacity_too_small",), advice, narrowest.name))
        elif units < seen.needed:
            told = f"{units} units of {narrowest.name} carry {seen.outputs} outputs"
            faults.append(Fault(Status.NOTE, told, ("capacity_too_small",), advice, narrowest.name))
        return self.answer(
            faults,
            f"{units} units in the narrowest hidden layer, {seen.needed} needed",
            measured=float(units),
            expected=float(seen.needed),
            threshold=f"at least {seen.needed}, and more than one",
            source="log2 of the classes, or a tenth of the outputs",
        )
