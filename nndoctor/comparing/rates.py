"""Learning rates: the own one of a set-up, and the band of those at which it can be used."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..checks.learning.range_test import RangeTest
from ..checks.measures.rate_sweep import log_spaced
from ..diagnosis.subject import Part
from ..findings import Table
from ..running import spread
from ..watch import Unseen, Watch
from .desk import Desk
from .tables import joined
from .variants import Variant

MARGIN = 0.1  # of a score: so far below the best of all a rate still counts as usable
LOW, HIGH, HALF_DECADES = 1e-4, 10.0, 11
SEEDS = 2  # a band is drawn from means over so many
NEAR = (0.1, 0.3, 1.0, 3.0, 10.0)  # times what a range test suggests


@dataclass(frozen=True)
class Band:
    """Mean scores by rate, and the lowest and highest usable rate around the best; None: none."""

    variant: Variant
    scores: tuple[float, ...]
    usable: tuple[float, float] | None

    @property
    def decades(self) -> float:
        """How wide it is."""
        if self.usable is None:
            return 0.0
        low, high = self.usable
        return round(float(np.log10(high / low)), 1)

    @property
    def words(self) -> str:
        """Which rates can be used; those tried may begin and end within them."""
        if self.usable is None:
            return "no rate"
        low, high = self.usable
        if low == high:
            return f"{low:g} alone"
        return f"{low:g}{' or less' * (low <= LOW)} to {high:g}{' or more' * (high >= HIGH)}"


def own_rates(desk: Desk, variants: Sequence[Variant]) -> list[float | None]:
    """For each the rate that a range test points to and whole runs near it confirm.

    Of five rates around the suggestion that whose run, as long as those compared, ends at the
    lowest loss on training rows; None where the loss falls at no rate. Held-out rows have no say.
    """
    desk.watch.stage(f"range tests of {len(variants)} set-ups", len(variants))
    seed = desk.seed

    def find(at: int, own: Watch) -> float | None:
        own.heed()
        variant, silent = variants[at], Unseen(own)
        setup = variant.subject.setup(seed, Part.SEARCH)
        test = RangeTest(updates=max(min(200, variant.subject.updates), 10))
        seen = test.measure(setup.trainable, setup.train, seed=seed, watch=silent)
        told = test.judge(seen).measured
        if told is None:
            return None
        near = [float(f"{told * factor:.2g}") for factor in NEAR]
        ends = []
        for rate in near:
            own.heed()
            run = at_rate(variant, rate).subject.run(seed, Part.SEARCH)
            ends.append(run.loss if np.isfinite(run.loss) and not run.broken else np.inf)
        return near[int(np.argmin(ends))] if min(ends) < np.inf else told

    return spread(find, range(len(variants)), desk.jobs, desk.watch)


def at_rate(variant: Variant, rate: float) -> Variant:
    """The same at this learning rate."""
    return variant.edited({"optimizer.learning_rate": rate})


def bands(desk: Desk, variants: Sequence[Variant], name: str) -> list[Band]:
    """The usable rates of each, on the page: table and curves of score by rate."""
    rates = [float(f"{rate:.2g}") for rate in log_spaced(LOW, HIGH, HALF_DECADES)]
    tasks = [*itertools.product(range(len(variants)), rates, range(min(SEEDS, desk.seeds)))]
    seed = desk.seed
    desk.watch.stage(f"{len(variants)} set-ups at {len(rates)} rates", len(tasks))

    def score(task: tuple[int, float, int], _: Watch) -> float:
        at, rate, number = task
        run = at_rate(variants[at], rate).subject.run(seed + number, Part.SEARCH)
        return 0.0 if run.broken else run.score

    scores = np.array(spread(score, tasks, desk.jobs, desk.watch))
    scores = scores.reshape(len(variants), len(rates), -1)
    means = scores.mean(axis=2)
    found = [
        Band(variant, tuple(row.tolist()), usable_band(rates, row, float(means.max())))
        for variant, row in zip(variants, means, strict=True)
    ]
    desk.page.show(
        _table(desk, found, rates, name),
        joined(
            f"score by learning rate, {name}",
            rates,
            {band.variant.name: band.scores for band in found},
            "learning rate",
            "score",
            log_x=True,
        ),
    )
    return found


def usable_band(
    rates: Sequence[float], scores: Sequence[float], best: float
) -> tuple[float, float] | None:
    """The unbroken stretch around the highest score that is within the margin of `best`."""
    good = [score >= best - MARGIN for score in scores]
    low = high = int(np.argmax(scores))
    if not good[low]:
        return None
    while low > 0 and good[low - 1]:
        low -= 1
    while high + 1 < len(good) and good[high + 1]:
        high += 1
    return rates[low], rates[high]


def _table(desk: Desk, found: Sequence[Band], rates: Sequence[float], name: str) -> Table:
    column = " / ".join(key for key, _ in found[0].variant.names)
    rows = tuple(
        (
            band.variant.name,
            *(band.usable or (None, None)),
            band.decades,
            max(band.scores),
            rates[int(np.argmax(band.scores))],
        )
        for band in found
    )
    updates = found[0].variant.subject.updates
    caption = (
        f"usable: the score after {updates} updates (mean of {min(SEEDS, desk.seeds)} seeds, on "
        f"{found[0].variant.subject.judged_on}) is within {MARGIN:g} of the best in this table; "
        f"rates tried: {len(rates)} from {rates[0]:g} to {rates[-1]:g}, half a decade apart; a "
        "band that reaches the first or the last of them may be wider. No test "
        "of significance: a band's ends are as rough as the steps between the rates"
    )
    columns = (column, "lowest usable rate", "highest", "decades", "best score", "at rate")
    return Table(f"usable learning rates, {name}", columns, rows, caption)
