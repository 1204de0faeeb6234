"""ND215: are the optimizer's own settings ones that it can work with?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ...findings import Finding, Status
from ..measures.design import Design
from ..measures.unit_kinds import MOMENTUMS
from .setup_check import Fault, SetupCheck

TINIEST = 1e-38  # what is smaller is 0 in float32
PLAIN_RATE = 0.01  # gradient descent's usual rate: below it, it is slow


@dataclass(frozen=True)
class Settings:
    """The optimizer's numbers, and how long it runs."""

    optimizer: str
    rate: float
    values: Mapping[str, float]
    updates: int


@dataclass(frozen=True)
class OptimizerSettings(SetupCheck):
    """## What it does
    Looks at epsilon, and at how many updates the momentum averages over: 1 / (1 - momentum).

    ## Why it matters
    Adam divides by the root mean square of each gradient plus epsilon. Gradients are often 1e-2
    and less, so an epsilon above them turns Adam into gradient descent at the rate divided by
    epsilon; an epsilon of 0 divides 0 by 0 for a weight without gradient. A momentum near 1
    multiplies the learning rate by 1 / (1 - momentum), and an average longer than the run never
    settles.

    ## What to do
    eps = 1e-8; momentum or beta1 = 0.9.

    ## Source
    Kingma and Ba 2015, arXiv 1412.6980, algorithm 1. Epsilon: measured with Adam at 1e-3 on four
    tables, no harm at 0.01, some at 0.1, plain at 1; Inception used 1.0 with a rate of 0.045.
    Momentum: Sutskever, Martens, Dahl and Hinton 2013, who rise to 0.99 and 0.999 only slowly.
    """

    code: str = "ND215"
    name: str = "optimizer-settings"

    epsilon: float = 0.3  # between 0.1, borne by two tables of four, and 1.0, borne by none
    noted: float = 0.01
    momentum: float = 0.99  # from here on a note, or a warning if the run is shorter than it

    def measure(self, design: Design) -> Settings:
        """What the plan says."""
        plan = design.plan
        return Settings(plan.optimizer, plan.rate, plan.settings, plan.updates)

    def judge(self, seen: Settings) -> Finding:
        """Epsilon and momentum, each on its own."""
        return self.answer(
            [*self._epsilon(seen), *self._momentum(seen)],
            f"{seen.optimizer} with common settings",
            threshold=f"epsilon above 0, a note from {self.noted:g} on, a warning from "
            f"{self.epsilon:g} on; momentum below {self.momentum:g}",
            source="Kingma and Ba 2015; Sutskever et al. 2013",
        )

    def _epsilon(self, seen: Settings) -> Iterator[Fault]:
        if "eps" not in seen.values:
            return
        epsilon, name = seen.values["eps"], seen.optimizer
        causes, advice = ("optimizer_epsilon_bad",), "eps = 1e-8"
        if not epsilon >= TINIEST:
            told = f"eps {epsilon:g}: {name} divides 0 by 0 for a weight without gradient"
            yield Fault(Status.WARNING, told, causes, advice)
        elif not epsilon < self.noted:
            like = seen.rate / epsilon
            slow = not (epsilon < self.epsilon or like >= PLAIN_RATE)
            told = f"eps {epsilon:g} is above most gradients: {name} acts like gradient descent "
            told += f"at {like:.2g}"
            yield Fault(Status.WARNING if slow else Status.NOTE, told, causes, advice)

    def _momentum(self, seen: Settings) -> Iterator[Fault]:
        values, causes = seen.values, ("momentum_too_high",)
        momentum = max(values.get("momentum", 0.0), values.get("beta1", 0.0))
        if momentum < self.momentum:
            return
        advice = "momentum or beta1 = 0.9"
        if not momentum < 1:
            told = f"a momentum of {momentum:g} never decays: the weights never come to rest"
            yield Fault(Status.ERROR, told, causes, advice)
            return
        memory = 1 / (1 - momentum)
        plain, long = seen.optimizer in MOMENTUMS, memory >= seen.updates
        told = f"a momentum of {momentum:g} averages over {memory:.4g} updates, the run has "
        told += f"{seen.updates}"
        told += f"; the learning rate acts like {seen.rate * memory:.3g}" * plain
        status = Status.WARNING if plain and long else Status.NOTE
        yield Fault(status, told, causes, advice)
