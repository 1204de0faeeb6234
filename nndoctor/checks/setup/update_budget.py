"""ND213: can so many updates at such a rate move the network at all?"""

from dataclasses import dataclass
from math import sqrt

from ...findings import Finding, Status
from ..measures.design import Design
from ..measures.unit_kinds import DISTANCES, FULL_BATCH, MOMENTUMS, NORMED
from .saturating_depth import STEEPEST
from .setup_check import Fault, SetupCheck

WARNED = ("too_few_epochs", "learning_rate_too_low")


@dataclass(frozen=True)
class Reach:
    """How far all updates together can get, at most: `share` of what is needed."""

    share: float
    total_rate: float
    updates: int
    plain: bool


@dataclass(frozen=True)
class UpdateBudget(SetupCheck):
    """## What it does
    Adds up the learning rates of all updates and works out how far training can get at most. Adam
    and its variants move a weight by no more than that sum, which is compared with typical weights,
    1 / sqrt(fan-in). Under gradient descent outputs move by the sum times the size of the gradient:
    the widths of the layers, times the squared slopes of the layers above.

    ## Why it matters
    Weights that can't move can't learn: a network whose weights stay within a tenth of where they
    started is still a random network with a loss at chance, whatever else is right.

    ## What to do
    More epochs, or a higher learning rate (nndoctor lr-sweep); smaller batches give more updates
    per epoch.

    ## Source
    Adam: Kingma and Ba 2015, arXiv 1412.6980, section 2.1. Gradient descent: to first order
    outputs move by rate times kernel, Jacot, Gabriel and Hongler 2018, arXiv 1806.07572.
    """

    code: str = "ND213"
    name: str = "update-budget"

    warning: float = 0.1  # relative movement below which networks had learned nothing
    noted: float = 0.3

    def skips(self, design: Design) -> str:
        """Some set the length of their steps themselves."""
        name = design.plan.optimizer
        if name in FULL_BATCH:
            return f"{name} finds the length of its steps itself"
        known = name in NORMED or name in MOMENTUMS
        return "" if known else f"{name} adapts its own step size"

    def measure(self, design: Design) -> Reach:
        """The most that can be hoped for."""
        plan = design.plan
        total = plan.rate * plan.updates * sum(plan.factors) / len(plan.factors)
        if plan.optimizer in NORMED:
            widest = max(layer.inputs for layer in plan.layers)
            return Reach(total * sqrt(widest), total, plan.updates, False)
        settings, task = plan.settings, design.task
        forgets = 1 - settings.get("momentum", 0.0)
        total *= (1 - settings.get("dampening", 0.0)) / max(forgets, 1 / plan.updates)
        total *= plan.batch_size if task.reduction == "sum" else 1
        pull = 2 / task.outputs if task.loss in DISTANCES else 1.0
        return Reach(total * pull * _kernel(design), total, plan.updates, True)

    def judge(self, seen: Reach) -> Finding:
        """A warning where the bound itself is too little."""
        faults = []
        if not seen.share > self.noted:
            status = Status.NOTE if seen.share > self.warning else Status.WARNING
            what = "outputs get at most" if seen.plain else "weights move by at most"
            of = "of the way to the targets" if seen.plain else "times their typical size"
            told = f"in {seen.updates} update{'s' * (seen.updates > 1)} "
            told += (
                f"whose learning rates sum to {seen.total_rate:.2g}, {what} {seen.share:.2g} {of}"
            )
            advice = "more epochs, or a higher learning rate: nndoctor lr-sweep"
            faults.append(Fault(status, told, WARNED, advice))
        return self.answer(
            faults,
            f"{seen.updates} updates whose learning rates sum to {seen.total_rate:.2g}",
            measured=seen.share,
            threshold=f"a warning up to {self.warning:g}, a note up to {self.noted:g}",
            source="Kingma and Ba 2015, section 2.1; Jacot et al. 2018, arXiv 1806.07572",
        )


def _kernel(design: Design) -> float:
    """How far outputs of different rows come apart in a step of rate 1, at most.

    Each layer adds the variance of its inputs, times the squared slopes of the layers above it;
    weights are taken to keep the size of a signal, normal outputs of a layer to have unit variance.
    """
    below = design.inputs.variance
    terms: list[float] = []
    for layer in design.hidden:
        square = STEEPEST.get(layer.activation, 1.0) ** 2
        terms = [term * square for term in (*terms, below)]
        below = layer.units * square
    return float(sum(terms) + below)
