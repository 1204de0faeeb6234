"""ND219: are there rows to tell learning from learning by heart?"""

from dataclasses import dataclass
from math import sqrt

from ...findings import Finding, Status
from ..measures.design import Design
from .setup_check import Fault, SetupCheck


@dataclass(frozen=True)
class ValidationRows(SetupCheck):
    """## What it does
    Checks that rows are held out for validation, and that there are enough of them to see a
    difference.

    ## Why it matters
    The loss on training rows falls even where labels are random. Only held-out rows show whether
    what was learned generalises. An accuracy over n rows is known to about 0.5 / sqrt(n): 9 points
    for 30 rows.

    ## What to do
    data.validation = 0.2.

    ## Source
    Zhang et al. 2017, arXiv 1611.03530; the standard deviation of a share is at most 0.5 / sqrt(n).
    """

    code: str = "ND219"
    name: str = "validation-rows"

    fewest: int = 25  # a share of right answers is then known to 10 points

    def measure(self, design: Design) -> tuple[int, int]:
        """Rows to validate, rows to train."""
        return design.plan.validation_rows, design.plan.rows

    def judge(self, seen: tuple[int, int]) -> Finding:
        """Notes only: training itself does without."""
        held, rows = seen
        faults, causes = [], ("missing_validation",)
        if not held:
            told = f"all {rows} rows are used for training, none is held out"
            faults.append(Fault(Status.NOTE, told, causes, "data.validation = 0.2"))
        elif not held >= self.fewest:
            told = f"{held} row{'s' * (held > 1)} to validate: accuracy is known to "
            told += f"{50 / sqrt(held):.0f} points"
            faults.append(Fault(Status.NOTE, told, causes, "a larger data.validation"))
        return self.answer(
            faults,
            f"{held} rows to validate, {rows} to train",
            measured=float(held),
            threshold=f"a note below {self.fewest} rows",
            source="standard deviation of a share: at most 0.5 / sqrt(n)",
        )
