"""ND501: does the learning rate fit?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ...comparison import RELEVANT
from ...findings import Curves, Finding, Series, Status, Table, Where
from ...trace import EXPLODED
from ...trainable import Batch, Trainable
from ...watch import Watch
from ..check import Check
from ..measures.rate_sweep import (
    USABLE,
    Fate,
    Judgement,
    Run,
    Sweep,
    best_drop,
    fate,
    judge_sweep,
    sweep,
    usable,
)


@dataclass(frozen=True)
class LearningRate(Check):
    """## What it does
    Trains the same initial weights on the same batches at rates evenly spaced in log space, all
    with the set-up's own optimizer, and once at the set-up's own rate and schedule. A run breaks
    off at NaN, or where the cost is 3 times the first. Several rules
    suggest a rate from the final losses; what they suggest is run again on three other seeds. The
    smallest rate is printed that stays stable on all of them and is not shown to make the loss fall
    less than the best one does (by more than 0.02 of that fall, paired by seed, at 95 % for all).

    ## Why it matters
    No other setting decides so much. Too low: the loss hardly moves. Too high: it explodes, turns
    to NaN, or jumps about without falling.

    ## What to do
    Take the suggestion, or anything inside the usable band; stay a factor of three below the
    largest stable rate where runs are long.

    ## Source
    CS231n lecture 5 (2016) for the procedure and the factor of three; Smith 2017,
    arXiv:1506.01186, for reading a rate off the curve.
    """

    code: str = "ND501"
    name: str = "learning-rate"
    least: ClassVar = {"count": 3}  # the shortest curve

    low: float = 1e-6
    high: float = 10.0
    count: int = 15  # two to a decade
    updates: int = 0  # 0: two epochs or what the set-up makes, if less, but 200 to 1000
    verify_seeds: int = 3

    def measure(
        self,
        setup: Trainable,
        batch: Batch,
        *,
        total_updates: int,
        epoch_updates: int,
        seed: int,
        jobs: int,
        watch: Watch,
    ) -> Sweep:
        """All runs; `total_updates` is what the set-up's own training makes."""
        updates = self.updates or min(max(total_updates, 200), max(2 * epoch_updates, 200), 1000)
        return sweep(
            setup,
            batch,
            low=self.low,
            high=self.high,
            count=self.count,
            updates=updates,
            total_updates=total_updates,
            seed=seed,
            jobs=jobs,
            watch=watch,
            verify_seeds=self.verify_seeds,
        )

    def judge(self, seen: Sweep) -> Finding:
        """The set-up's own rate against what the others reach."""
        view = judge_sweep(seen)
        evidence = self._evidence(seen, view)
        if view.suggestion is None and seen.cancelled:
            done = sum(run.finished for run in seen.runs)
            return self.finding(Status.SKIP, f"interrupted after {done} rates", evidence=evidence)
        learning = Fate.LEARNING in view.fates
        if view.suggestion is None or not learning:
            return self.finding(
                Status.ERROR,
                "no rate makes the loss fall"
                if not learning
                else "no rate stays stable on other seeds",
                threshold=f"{self.count} rates from {self.low:g} to {self.high:g}",
                source="CS231n lecture 5 (2016)",
                suggests=("wrong_loss", "wrong_output_activation", "vanishing_gradient"),
                advice="the learning rate is not the problem: run `nndoctor overfit-tiny`",
                evidence=evidence,
            )
        status, told, cause = self._own(seen, view)
        low, high = view.band or (view.suggestion, view.suggestion)
        return self.finding(
            status,
            f"{told}; suggested {view.suggestion:.2g}, usable {low:.2g} to {high:.2g}",
            measured=seen.own.rate if seen.own else None,
            expected=view.suggestion,
            threshold=f"at most {view.largest_stable:.2g}, the largest stable rate",
            source="CS231n lecture 5 (2016): exploding is a cost above 3 times the first",
            where=_where(seen.own),
            suggests=(cause,) if cause else (),
            advice=""
            if status in (Status.OK, Status.NOTE)
            else f"--set optimizer.learning_rate={view.suggestion:.2g}",
            evidence=evidence,
        )

    def _own(self, seen: Sweep, view: Judgement) -> tuple[Status, str, str]:
        own = seen.own
        if own is None or (not own.finished and own.bad_step is None):
            return Status.SKIP, "the set-up's own rate was not reached", ""
        went = fate(own, best_drop(seen.runs))
        told = f"the rate {own.rate:.2g} is {_told(own, went)}"
        if went in (Fate.NOT_FINITE, Fate.EXPLODING):
            return Status.ERROR, told, "learning_rate_too_high"
        if went is Fate.UNSTABLE:
            return Status.WARNING, told, "learning_rate_too_high"
        if went is Fate.STUCK:
            of = f"of its {seen.total_updates} " * (seen.updates < seen.total_updates)
            told += f" in {seen.updates} {of}updates"
            status = Status.NOTE if _arrives(own, seen) else Status.WARNING
            return status, told, "learning_rate_too_low"
        if not usable(own, best_drop(seen.runs)):
            told += f", though the best achieve more in the same {seen.updates} updates"
            return Status.NOTE, told, ""
        return Status.OK, told, ""

    def _evidence(self, seen: Sweep, view: Judgement) -> tuple[Table | Series, ...]:
        rows = tuple(
            (run.rate, run.first, run.final, _told(run, went))
            for run, went in zip(seen.runs, view.fates, strict=True)
        )
        notes = [f"{seen.updates} updates each, same start, same batches"]
        if any(run.updates < seen.updates for run in seen.runs):
            notes.append("an exploding run is broken off")
        if seen.extended:
            notes.append(f"the best lay at the edge: range extended {' and '.join(seen.extended)}")
        if view.at_edge and not seen.cancelled:
            notes.append("the best still lies at the edge of the range")
        table = Table(
            "rates", ("rate", "first loss", "final loss", "verdict"), rows, "; ".join(notes)
        )
        over_time = (_over_time(seen.runs),) if any(_drawable(run) for run in seen.runs) else ()
        return (table, self._curve(seen.runs, view), *over_time, *self._candidates(seen, view))

    def _curve(self, runs: Sequence[Run], view: Judgement) -> Series:
        top = 3 * runs[0].first if runs else np.inf
        marks = (("suggested", view.suggestion),) if view.suggestion else ()
        shown = [run.final for run in runs if run.final <= top]
        decades = min(shown, default=0.0) > 0 and max(shown) > 30 * min(shown)
        return Series(
            "final loss by learning rate",
            tuple(run.rate for run in runs),
            tuple(run.final for run in runs),
            "learning rate",
            "final loss",
            log_x=True,
            log_y=decades,
            marks=marks,
            bands=(("usable", *view.band),) if view.band else (),
            top=top if 0 < top < np.inf else None,
        )

    def _candidates(self, seen: Sweep, view: Judgement) -> tuple[Table, ...]:
        if not seen.candidates:
            return ()
        runs, best = dict(seen.verified), best_drop(seen.runs)
        rows = []
        for name, rate in seen.candidates:
            finals = [run.final for run in runs.get(rate, ())]
            fates = {_told(run, fate(run, best)) for run in runs.get(rate, ())}
            rows.append(
                (
                    name,
                    rate,
                    float(np.mean(finals)) if finals else None,
                    f"{min(finals):.3g} to {max(finals):.3g}" if finals else "",
                    "suggested" if rate == view.suggestion else ", ".join(sorted(fates)),
                )
            )
        spread = f"the rules differ by a factor of {view.spread:.3g}" if view.spread else ""
        stable = f"largest stable rate {view.largest_stable:.2g}" if view.largest_stable else ""
        chosen = "suggested: the smallest not shown to fall behind the best by "
        chosen += f"{RELEVANT:.0%} of its fall"
        return (
            Table(
                "suggestions",
                ("rule", "rate", f"loss on {self.verify_seeds} other seeds", "spread", "verdict"),
                tuple(rows),
                "; ".join(
                    note for note in (spread, stable, chosen * bool(view.suggestion)) if note
                ),
            ),
        )


def _drawable(run: Run) -> bool:
    """Whether it begins with a loss that others can be held against."""
    return bool(run.looks) and bool(np.isfinite(run.looks[0]))


def _over_time(runs: Sequence[Run]) -> Curves:
    """The loss while training, one curve a rate, drawn up to where such a run is broken off."""
    top = EXPLODED * abs(max(filter(_drawable, runs), key=lambda run: len(run.looks)).looks[0])
    seen = [min(loss, top) for run in runs for loss in run.looks if not np.isnan(loss)]
    wide = min(seen) > 0 and max(seen) > 30 * min(seen)
    label = f"loss on the same rows, drawn up to {top:.3g}, {EXPLODED:g} times the first"
    lines = []
    for run in runs:
        losses = run.looks
        updates = tuple(float(at * run.every) for at in range(len(losses)))
        name = f"rate {run.rate:.2g}"
        lines.append(Series(name, updates, losses, "update", label, log_y=wide, top=top))
    return Curves("loss while training, by rate", tuple(lines))


def _where(own: Run | None) -> Where:
    if own is None or own.bad_step is None:
        return Where()
    return Where(layer=own.bad_layer, step=own.bad_step)


def _arrives(own: Run, seen: Sweep) -> bool:
    """Whether a run that hardly moves gets far in the updates left to it, at its pace so far."""
    pace = (own.first - own.final) / seen.updates
    left = max(seen.total_updates, seen.updates)
    return bool(pace * left >= USABLE * best_drop(seen.runs))


def _told(run: Run, went: Fate) -> str:
    if went is Fate.NOT_FINITE:
        return f"NaN at step {run.bad_step} ({run.bad_layer})"
    if went is Fate.EXPLODING and run.peak > run.final:
        return f"exploding, loss up to {run.peak:.2g}"
    return str(went)
