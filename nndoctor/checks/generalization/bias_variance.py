"""ND701: is it bias, variance, both or neither?"""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from ...findings import Finding, Status, Table
from ..check import Check
from ..measures.errors_by_seed import Errors

BIAS = "bias: more units, more updates, another learning rate, less regularisation"


@dataclass(frozen=True)
class BiasVariance(Check):
    """## What it does
    Trains the set-up to the end on several seeds and splits its error on validation rows into the
    unavoidable error (`--target-error`), what training adds to it (bias), and what held-out rows
    add to that (variance). Errors are shares of wrong rows, or of the variance left unexplained.

    ## Why it matters
    The two have opposite cures: what reduces one makes the other worse, or does not help it.

    ## What to do
    Bias: more units, more updates, another learning rate, less regularisation. Variance: more rows,
    more regularisation, early stopping, a smaller network. Bias first, where it is both.

    ## Source
    Ng, Improving Deep Neural Networks (2017), week 1: with an optimum near 0, 1 % in training and
    11 % on other rows is variance, 15 and 16 bias, 15 and 30 both, 0.5 and 1 neither.
    """

    code: str = "ND701"
    name: str = "bias-variance"
    least: ClassVar = {"target_error": 0}

    # between the 1 point that the lecture calls none and the 10 that it calls variance:
    noted: float = 0.03  # skore's margin
    warning: float = 0.07  # AUTOTRAINER's and DeepFD's for high accuracies
    target_error: float | None = None  # what the best there is gets wrong; 0 where nobody knows
    seeds: int = 3

    def judge(self, seen: Errors, more_rows: bool | None = None, climbing: bool = False) -> Finding:
        """Each part by its size and its uncertainty.

        Where the optimum is not told, bias may be noise that nothing can learn: it is only noted,
        and only where it is large, unless one answer for all rows is as good on the training rows.
        Variance is then a warning where the error on other rows is at least double: that holds
        whatever the optimum is; a network that learned nothing has none. The advice follows what
        the runs showed: `more_rows`, whether these are shown to help, and whether the validation
        loss is `climbing`.
        """
        target = self.target_error or 0.0
        known = self.target_error is not None
        bias, variance = seen.train.mean - target, seen.gap
        told = f"{seen.name} {seen.train} in training, {seen.dev} on validation rows"
        facts: dict[str, Any] = {
            "measured": seen.dev.mean,
            "expected": target,
            "threshold": f"from {self.noted:g} on a note, from {self.warning:g} a warning, and "
            "more than two standard errors; without --target-error bias is a warning only where "
            "the networks are no better than guessing on their training rows",
            "source": "Ng 2017, Improving Deep Neural Networks, week 1",
            "evidence": (self._table(seen, target),),
        }
        if not np.isfinite([bias, variance.mean]).all():
            return self.finding(
                Status.ERROR,
                f"the error is not finite: {told}",
                **facts,
                suggests=("learning_rate_too_high", "exploding_gradient"),
                advice="run `nndoctor lr-sweep`",
            )
        named, status = [], Status.OK
        guessing = not seen.won.exceeds(0.0)
        if bias > 2 * seen.train.error and bias >= (
            self.noted if known or guessing else self.warning
        ):
            named.append("bias")
            sure = guessing or (known and bias >= self.warning)
            status = Status.WARNING if sure else Status.NOTE
        if not guessing and variance.exceeds(self.noted):
            named.append("variance")
            double = known or seen.dev.mean >= 2 * seen.train.mean
            if variance.exceeds(self.warning) and double:
                status = Status.WARNING
            elif status is Status.OK:
                status = Status.NOTE
        if not named:
            return self.finding(status, f"neither bias nor variance: {told}", **facts)
        nothing = guessing and "bias" in named
        unknown = (
            "" if known or nothing or "bias" not in named else " (if an error of 0 is possible)"
        )
        learned = ", no better than guessing on training rows" * nothing
        return self.finding(
            status,
            f"{' and '.join(named)}{unknown}{learned}: {told}",
            **facts,
            suggests=tuple({"bias": "underfitting", "variance": "overfitting"}[n] for n in named)
            if status is Status.WARNING
            else (),
            advice="run `nndoctor checkup`: it looks for what keeps it from learning; " * nothing
            + "; ".join(
                BIAS if name == "bias" else _against_variance(more_rows, climbing) for name in named
            )
            + ("" if not unknown else "; --target-error sets the lowest error possible"),
        )

    def _table(self, seen: Errors, target: float) -> Table:
        parts = (
            ("optimum", target, None, None),
            ("training", seen.train.mean, seen.train.error, seen.train_rows),
            ("validation", seen.dev.mean, seen.dev.error, seen.dev_rows),
            ("bias: training - optimum", seen.train.mean - target, seen.train.error, None),
            ("variance: validation - training", seen.gap.mean, seen.gap.error, None),
        )
        return Table(
            "bias and variance",
            ("part", seen.name, "standard error", "rows"),
            parts,
            f"mean of {seen.seeds} seeds; the error is of rows and seeds together",
        )


def _against_variance(more_rows: bool | None, climbing: bool) -> str:
    """What helps, first what the runs themselves speak for; nothing that they speak against."""
    cures = [
        "early stopping (the validation loss rises)" * climbing,
        "more rows (the last doubling of them helped)" if more_rows else "",
        "more regularisation, a smaller network",
        "more rows" if more_rows is None else "",
    ]
    told = ", ".join(cure for cure in cures if cure)
    flat = more_rows is False
    return f"variance: {told}" + "; more rows are not shown to help" * flat
