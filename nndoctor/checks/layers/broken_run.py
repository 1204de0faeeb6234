"""ND607: did training break?"""

from dataclasses import dataclass
from typing import Any

from ...findings import Finding, Status, Where
from ...trace import Trace
from ..check import Check


@dataclass(frozen=True)
class BrokenRun(Check):
    """## What it does
    Looks for the first value of a training run that is NaN or infinite: its update and its layer;
    and whether the run was stopped because the loss stayed above three times the first.

    ## Why it matters
    After the first NaN every further update is NaN too: the run is over, whatever it still prints.

    ## What to do
    A smaller learning rate first (`nndoctor lr-sweep`); then the inputs' scale, and activations or
    losses that overflow.

    ## Source
    CS231n lecture 5 (2016): "cost: NaN almost always means high learning rate", and "if the cost is
    ever > 3 * original cost, break out early".
    """

    code: str = "ND607"
    name: str = "broken-run"

    def judge(self, trace: Trace, exploded: float | None = None) -> Finding:
        """Where it broke; `exploded`: at how many times the first loss it was broken off."""
        bad = trace.first_bad
        if bad is None and exploded is None:
            return self.finding(Status.OK, f"all values finite in {trace.updates} updates")
        facts: dict[str, Any]
        if bad is not None:
            told = f"NaN or infinite at update {bad.step}, first in {bad.layer}"
            facts = {"measured": float(bad.step), "threshold": "every value finite"}
            facts["where"] = Where(layer=bad.layer, step=bad.step)
        else:
            told = f"the loss rose to {exploded:.3g} times the first in {trace.updates} updates"
            facts = {"measured": exploded, "expected": 3.0}
            facts["threshold"] = "not twice in a row above 3 times the first loss"
        suggests = ("learning_rate_too_high", "exploding_gradient", "input_not_normalised")
        advice = "a smaller learning rate: `nndoctor lr-sweep` finds one"
        if bad is not None and bad.step == 0:  # before the first step of any length
            suggests = ("exploding_gradient", "init_too_large", "input_not_normalised")
            advice = "standardised inputs, he_normal weights, relu"
        return self.finding(
            Status.ERROR,
            told,
            **facts,
            source="CS231n lecture 5 (2016)",
            suggests=suggests,
            advice=advice,
        )
