"""ND214: does the schedule leave a rate to learn with until the end?"""

from dataclasses import dataclass

from ...findings import Finding, Status
from ..measures.design import Design
from .setup_check import Fault, SetupCheck


@dataclass(frozen=True)
class Falling:
    """The rate's share of its highest, at times evenly spread over the run."""

    factors: tuple[float, ...]
    schedule: str


@dataclass(frozen=True)
class ScheduleDecay(SetupCheck):
    """## What it does
    Looks at the learning rate at ten points of the run and counts how many of them, after the
    highest, lie below a hundredth of it.

    ## Why it matters
    Updates at a hundredth of the learning rate move a hundredth as far: the run is effectively
    over. Often a decay meant for each epoch was applied to each update.

    ## What to do
    schedule.per = "epoch", a smaller decay, or a schedule that knows the length of the run such as
    cosine.

    ## Source
    Our choice: schedules in use (step by 10 at half and three quarters, cosine, one cycle) spend
    less than a third of the run below a hundredth.
    """

    code: str = "ND214"
    name: str = "schedule-decay"

    low: float = 0.01  # of the highest rate
    warning: float = 0.5  # share of the run
    noted: float = 0.3

    def skips(self, design: Design) -> str:
        """A constant rate never falls."""
        return "the learning rate is constant" if design.plan.schedule == "constant" else ""

    def measure(self, design: Design) -> Falling:
        """The plan has the rates."""
        return Falling(design.plan.factors, design.plan.schedule)

    def judge(self, seen: Falling) -> Finding:
        """By the share of the run in which next to nothing is left."""
        top = max(range(len(seen.factors)), key=lambda i: seen.factors[i])
        gone = [i for i, x in enumerate(seen.factors) if i > top and not x >= self.low]
        share, faults = len(gone) / len(seen.factors), []
        if not share < self.noted:
            status = Status.NOTE if share < self.warning else Status.WARNING
            told = f"{seen.schedule}: for {share:.0%} of the run the learning rate is below "
            told += f"{self.low:g} of its highest, {seen.factors[-1]:.2g} at the end"
            advice = 'a step for each epoch (schedule.per = "epoch"), a slower decay, or cosine'
            if seen.schedule == "ReduceLROnPlateau":  # the user's own, of PyTorch
                advice = 'mode="min" for a loss, more patience, a factor nearer to 1'
            faults.append(Fault(status, told, ("schedule_decays_too_fast",), advice))
        return self.answer(
            faults,
            f"{seen.schedule}: {seen.factors[-1]:.2g} of the highest learning rate is left at "
            "the end",
            measured=share,
            threshold=f"a warning from {self.warning:.0%} of the run below {self.low:g} of the "
            f"highest rate on, a note from {self.noted:.0%}",
            source="our choice; usual schedules stay below a third",
        )
