"""ND212: is the learning rate one that this optimizer can take?"""

from dataclasses import dataclass
from math import isfinite, sqrt
from statistics import median

from ...findings import Finding, Status
from ..measures.design import Design
from ..measures.unit_kinds import FULL_BATCH, MOMENTUMS, NORMED
from .setup_check import Fault, SetupCheck

CAUSES = ("learning_rate_too_high", "exploding_gradient")


@dataclass(frozen=True)
class Step:
    """What one update does at `rate`: the highest of the run, or for gradient descent the median,
    since it recovers from a short time beyond its limit.

    `relative`: its length in each weight over the size of weights, for optimizers of such steps;
    `limit`: the rate from which squared error surely diverges, infinity where that isn't known.
    """

    optimizer: str
    rate: float
    relative: float = 0.0
    limit: float = float("inf")


@dataclass(frozen=True)
class RateForOptimizer(SetupCheck):
    """## What it does
    Compares the learning rate with the size of the optimizer's steps. Adam and its variants move
    each weight by about the learning rate, which is compared with typical weights, 1 /
    sqrt(fan-in), of layers without normalisation. Gradient descent under squared error has a limit
    that is known without training: 2 / the curvature, for which the bias of a linear output, or the
    inputs of a linear model, give a lower bound.

    ## Why it matters
    A step twice the size of the weights destroys what was learned before, and ReLU units die. From
    half that size on, it depends on the task whether training survives. Beyond the limit of
    gradient descent each step overshoots farther: the loss grows until it is NaN.

    ## What to do
    Adam: 1e-3, less for wide layers. Gradient descent: nndoctor lr-sweep finds the rate;
    standardised inputs allow higher ones.

    ## Source
    Kingma and Ba 2015, arXiv 1412.6980, section 2.1: the step of Adam is bounded by the rate.
    Measured with Adam on four tables: steps of 0.8 ruin two hidden layers on digits, steps of 1 to
    3 are borne by a single one on a spiral. LeCun, Bottou, Orr and Mueller 1998, Efficient
    BackProp: 2 / the largest eigenvalue; with momentum (1 + momentum) times that (Polyak
    1964).
    """

    code: str = "ND212"
    name: str = "rate-for-optimizer"

    relative: float = 2.0  # of a weight of usual size, in one update
    noted: float = 0.5
    plain: float = 10.0  # gradient descent: sigmoid nets bear 3, none of four tables bore 10

    def skips(self, design: Design) -> str:
        """Some set the length of their steps themselves."""
        name = design.plan.optimizer
        if name in FULL_BATCH:
            return f"{name} finds the length of its steps itself"
        known = name in NORMED or name in MOMENTUMS
        return "" if known else f"{name} adapts its own step size"

    def measure(self, design: Design) -> Step:
        """The step over weights of usual size, or the limit."""
        plan = design.plan
        if plan.optimizer in NORMED:
            fans = [layer.inputs for layer in plan.layers if not layer.norm]
            return Step(plan.optimizer, plan.rate, plan.rate * sqrt(max(fans, default=1)))
        return Step(plan.optimizer, plan.rate * median(plan.factors), limit=_limit(design))

    def judge(self, seen: Step) -> Finding:
        """An error beyond the limit, a warning for steps as large as the weights."""
        faults = []
        if not seen.rate < seen.limit:
            told = (
                f"{seen.optimizer} at learning rate {seen.rate:g} diverges: with squared error on "
            )
            told += f"these inputs the limit is {seen.limit:.3g}"
            advice = f"a learning rate below {seen.limit / 2:.2g}; standardised inputs allow more"
            causes = (*CAUSES, "input_not_normalised")
            faults.append(Fault(Status.ERROR, told, causes, advice))
        elif not seen.relative < self.noted:
            status = Status.NOTE if seen.relative < self.relative else Status.WARNING
            told = (
                f"at learning rate {seen.rate:g} one update of {seen.optimizer} changes a typical "
            )
            told += f"weight by {seen.relative:.2g} times its size"
            advice = "learning_rate = 1e-3; nndoctor lr-sweep finds the best"
            faults.append(Fault(status, told, (CAUSES[0], "dead_relu"), advice))
        elif seen.relative == 0 and not seen.rate < self.plain:
            told = f"{seen.optimizer} at learning rate {seen.rate:g}: very high"
            advice = "nndoctor lr-sweep finds the rate, usually 1e-3 to 1"
            faults.append(Fault(Status.WARNING, told, CAUSES, advice))
        bound = f"below {self.plain:g}"
        if isfinite(seen.limit):
            bound += f", and below {seen.limit:.3g}, from where on squared error diverges"
        if seen.relative:
            bound = f"a warning where one update changes a weight by {self.relative:g} times its "
            bound += f"typical size, a note from {self.noted:g} times"
        which = "a learning rate of up to" if seen.relative else "a median learning rate of"
        return self.answer(
            faults,
            f"{seen.optimizer} at {which} {seen.rate:.3g}",
            measured=seen.relative or seen.rate,
            threshold=bound,
            source="Kingma and Ba 2015, section 2.1; LeCun et al. 1998",
        )


def _limit(design: Design) -> float:
    """Squared error is averaged over outputs: its curvature is 2 / outputs at a linear unit."""
    plan, task = design.plan, design.task
    if task.loss != "mse" or task.output_activation != "linear" or design.output.norm:
        return float("inf")
    if plan.settings.get("dampening", 0.0):  # longer-lived steps, whose limit is another
        return float("inf")
    bend = design.inputs.curvature if not design.hidden else float(design.output.bias)
    rows = plan.batch_size if task.reduction == "sum" else 1
    curvature = 2 / task.outputs * rows * bend + plan.decay
    if not curvature > 0:
        return float("inf")
    return 2 * (1 + plan.settings.get("momentum", 0.0)) / curvature
