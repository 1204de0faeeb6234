"""ND313: does the network start from the shares of the classes?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...findings import Finding, Status
from ..check import Check
from ..measures.chance_loss import Chance


@dataclass(frozen=True)
class PriorAtStart(Check):
    """## What it does
    Compares the first loss with that of the best constant prediction: the entropy of the class
    shares, or the loss of the mean of the target. Only asked where that is well below what equal
    shares (or an answer of 0) lose.

    ## Why it matters
    Where classes are unequal or the target is far from 0, the first updates learn only that, which
    is known beforehand: the loss curve begins with a steep, meaningless fall, and the rare class
    gets useful gradients later than it could.

    ## What to do
    Start the bias of the last layer there: `model.output_bias_init = "prior"`, or
    `bias_init = "prior"` in the last of `[[model.layers]]`. It is computed from training rows.

    ## Source
    Karpathy 2019, A Recipe for Training Neural Networks, "init well"; Lin et al. 2017,
    arXiv:1708.02002, section 4.1.
    """

    code: str = "ND313"
    name: str = "prior-at-start"

    gap: float = 0.2  # of the loss of equal shares: 85 to 15 has it in two classes
    left: float = 0.5  # share of the gap that is still there

    def judge(self, losses: Sequence[float], levels: Chance) -> Finding:
        """By the mean over the seeds, as ND301 measures it; never more than a note."""
        if len(levels.levels) < 2:
            return self.skip("for this loss no constant prediction is better than another")
        if not losses or not np.isfinite(losses).all():
            return self.skip("the first loss is not known")
        equal, prior = levels.levels[0], levels.levels[1]
        mean, gap = float(np.mean(losses)), equal.loss - prior.loss
        facts = {
            "measured": mean,
            "expected": prior.loss,
            "threshold": f"the loss of a constant is {self.gap:.0%} below that of "
            f"{equal.name}, and the "
            f"first loss has {self.left:.0%} of that gap above it",
            "source": "Karpathy 2019; Lin et al. 2017, arXiv:1708.02002",
        }
        if not gap > self.gap * abs(equal.loss):
            told = "no constant prediction is much better"
            return self.finding(Status.OK, told, **facts)
        compared = (
            f"the first loss is {mean:.4g}, by {prior.name} alone it would be {prior.loss:.4g}"
        )
        if mean <= prior.loss + self.left * gap:
            return self.finding(Status.OK, compared, **facts)
        return self.finding(
            Status.NOTE,
            f"{compared}: the first updates learn only that",
            **facts,
            advice="--set model.output_bias_init=prior starts the last bias there",
        )
