"""ND703: is validation better than training?"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ...findings import Finding, Status
from ..check import Check
from ..measures.errors_by_seed import Errors


@dataclass(frozen=True)
class EasierValidation(Check):
    """## What it does
    Tests whether trained networks make fewer errors on validation rows than on the rows they were
    trained on. Both are measured after training, without dropout, noise and penalty.

    ## Why it matters
    Rows a network was fitted to should be the easier ones. Where validation is better, it holds
    easier rows, has cleaner labels, or shares rows with training: its score is too optimistic.

    ## What to do
    Look at how the rows were split and labelled (`nndoctor data report`). In the log of another
    tool first see whether dropout, noise or penalties are in the training loss only: then it is no
    fault.

    ## Source
    UMLAUT's rule "validation above training by 5 points" (Schoop et al. 2021), made to need three
    standard errors of the rows and the seeds.
    """

    code: str = "ND703"
    name: str = "easier-validation"

    margin: float = 0.05  # UMLAUT
    sigmas: float = 3.0  # so that an easy draw of the split is no alarm

    def judge(self, seen: Errors) -> Finding:
        """One-sided; variance is ND701's."""
        better = -seen.gap.mean
        told = f"{seen.name} {seen.train} in training, {seen.dev} on validation rows"
        facts: dict[str, Any] = {
            "measured": better,
            "threshold": f"validation better by {self.margin:g} and by {self.sigmas:g} standard "
            f"errors, {self.sigmas * seen.gap.error:.2g}",
            "source": "Schoop et al. 2021, UMLAUT",
        }
        if np.isfinite(better) and not (
            better >= self.margin and better > self.sigmas * seen.gap.error
        ):
            return self.finding(Status.OK, told, **facts)
        if not np.isfinite(better):
            return self.finding(
                Status.ERROR,
                f"the error is not finite: {told}",
                **facts,
                suggests=("learning_rate_too_high",),
                advice="run `nndoctor lr-sweep`",
            )
        return self.finding(
            Status.WARNING,
            f"validation is easier than training: {told}",
            **facts,
            suggests=("train_test_mismatch", "data_leak"),
            advice="run `nndoctor data report`; are its rows easier, or its labels cleaner?",
        )
