"""ND812: do two runs from one seed give the same losses?"""

from dataclasses import dataclass

from ...findings import Finding, Status
from ...owncode import OwnCode
from .own_code_check import OwnCodeCheck


@dataclass(frozen=True)
class Repeatability(OwnCodeCheck):
    """## What it does
    Makes the same few updates twice, with all generators (PyTorch, NumPy, Python) seeded alike,
    and compares the losses bit by bit.

    ## Why it matters
    What can't be repeated can't be compared: a change and luck look alike. Sources are generators
    of one's own, sets, threads, time, and some kernels on GPUs.

    ## What to do
    One seed for all generators; torch.use_deterministic_algorithms(True).

    ## Source
    PyTorch documentation, reproducibility.
    """

    code: str = "ND812"
    name: str = "not-repeatable"

    def judge(self, seen: OwnCode) -> Finding:
        """A note: experiments then need more seeds, and are still fair."""
        if seen.repeated is None:
            return self.skip("not tried")
        if seen.repeated:
            return self.finding(Status.OK, f"{seen.updates} updates are repeated bit by bit")
        return self.finding(
            Status.NOTE,
            f"two runs of {seen.updates} updates from one seed differ",
            threshold="the same losses",
            advice="seed what draws; state kept outside of the model "
            "and generators of one's own are not reset",
        )
