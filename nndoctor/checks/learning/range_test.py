"""ND502: the range test, one run whose learning rate rises exponentially."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ...findings import Finding, Series, Status, Table, Where
from ...trace import FirstBad
from ...trainable import Batch, Plan, Trainable
from ...watch import Watch
from ..check import Check
from ..measures.rate_suggestion import smooth, suggest
from ..measures.rate_sweep import MOVED, log_spaced

POINTS = 400  # of the curve that are kept: the rules compare each with each


@dataclass(frozen=True)
class Ramp:
    """Smoothed losses by rising rate, up to where they left four times the best."""

    rates: tuple[float, ...]
    smoothed: tuple[float, ...]
    first_bad: FirstBad | None
    cancelled: bool


@dataclass(frozen=True)
class RangeTest(Check):
    """## What it does
    Trains once while the rate rises exponentially from update to update, and reads suggestions off
    the curve of loss against log rate.

    ## Why it matters
    It costs one short run where a sweep costs fifteen. In return each loss also depends on all
    smaller rates before it, so it suggests an order of magnitude, not a setting.

    ## What to do
    Take the suggestion as a start; `nndoctor lr-sweep` without `--range-test` verifies it.

    ## Source
    Smith 2017, arXiv:1506.01186; breaking off above four times the best smoothed loss as fastai.
    """

    code: str = "ND502"
    name: str = "range-test"
    least: ClassVar = {"updates": 10}  # fewer make no curve

    low: float = 1e-6
    high: float = 10.0
    updates: int = 200
    stop: float = 4.0

    def measure(self, setup: Trainable, batch: Batch, *, seed: int, watch: Watch) -> Ramp:
        """One run."""
        watch.stage(f"range test, {self.updates} updates", self.updates)
        rates = log_spaced(self.low, self.high, self.updates)

        def go_on(done: int) -> bool:
            watch.advance(done)
            return not watch.cancelled()

        trace = setup.fresh(seed).train(batch, Plan(self.updates, rate=rates, every=10), go_on)
        window = max(trace.updates // 10, 3)
        curve = smooth(trace.loss.tolist(), window)
        best = np.fmin.accumulate(curve)
        left = np.flatnonzero(~(curve <= self.stop * best))
        end = int(left[0]) if len(left) else len(curve)
        # towards both ends fewer batches are averaged: there, noise falls and rises steepest
        start, end = window // 2, min(end, len(curve) - window // 2)
        shown = slice(start, max(end, start), max(end // POINTS, 1))
        cancelled = watch.cancelled()
        return Ramp(tuple(rates[shown]), tuple(curve[shown]), trace.first_bad, cancelled)

    def judge(self, seen: Ramp, own: float | None = None) -> Finding:
        """Suggestions and their spread; a curve that never falls is an error. `own`: the set-up's
        rate, for the curve to be seen beside."""
        rules = suggest(seen.rates, seen.smoothed)
        marks = tuple(rules.items()) + ((("this recipe", own),) if own else ())
        band = (("suggested", min(rules.values()), max(rules.values())),) if rules else ()
        series = Series(
            "loss by rising rate (smoothed)",
            seen.rates,
            seen.smoothed,
            "learning rate",
            "loss",
            log_x=True,
            marks=marks,
            bands=band,
        )
        if seen.cancelled:
            return self.finding(Status.SKIP, "interrupted", evidence=(series,))
        broke, where = "", Where()
        if seen.first_bad is not None:
            where = Where(layer=seen.first_bad.layer, step=seen.first_bad.step)
            broke = f"; NaN at update {where.step} ({where.layer})"
        if not rules or not min(seen.smoothed) < (1 - MOVED) * seen.smoothed[0]:
            return self.finding(
                Status.ERROR,
                f"the loss falls at no rate{broke}",
                evidence=(series,),
                where=where,
                threshold=f"{MOVED:.0%} below the first loss, smoothed",
                advice="the learning rate is not the problem: run `nndoctor overfit-tiny`",
            )
        told = float(np.exp(np.mean(np.log(list(rules.values())))))
        spread = max(rules.values()) / min(rules.values())
        table = Table(
            "suggestions",
            ("rule", "rate"),
            tuple(rules.items()),
            f"the rules differ by a factor of {spread:.3g}",
        )
        return self.finding(
            Status.OK,
            f"suggested about {told:.2g} (geometric mean of {len(rules)} rules){broke}",
            where=where,
            measured=told,
            source="Smith 2017, arXiv:1506.01186",
            evidence=(series, table),
        )
