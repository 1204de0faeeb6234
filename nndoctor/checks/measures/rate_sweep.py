"""Trains the same start under many learning rates, side by side, and says how each one went."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from ...comparison import Arm, Rows, Split, compare, shown
from ...running import spread
from ...trace import EXPLODED
from ...trainable import Array, Batch, Plan, Trainable
from ...watch import Watch
from .rate_suggestion import smooth, suggest

EVALUATED = 2000  # rows on which first and final loss are measured, the same for every rate
LOOKS, WATCHED = 16, 500  # how often, and on how many rows, the loss is looked at on the way
EXTENSIONS = 3
DECADES = 2.0  # by how much an extension widens the range
USABLE = 0.8  # of what the best rate achieves in the same updates
MOVED = 0.01  # of the first loss: less is no learning at any rate


class Fate(StrEnum):
    """How a run went."""

    STUCK = "hardly moving"
    LEARNING = "learning"
    UNSTABLE = "unstable"
    EXPLODING = "exploding"
    NOT_FINITE = "NaN"
    CANCELLED = "not finished"


BROKEN = (Fate.UNSTABLE, Fate.EXPLODING, Fate.NOT_FINITE)


@dataclass(frozen=True)
class Run:
    """One rate: the data loss before and after, and what it did on the way.

    `rate`: the highest one where a schedule changes it, for a warm-up starts low.
    `peak`: the highest value of the smoothed batch loss, which sees what comes and goes; `rise`:
    the largest climb above what was reached before, on fixed rows, for batches are noisy.
    `looks`: the loss of those fixed rows, 0 updates first, then after every `every`. A run whose
    loss is beyond EXPLODED times the first is broken off, and counts as finished.
    """

    rate: float
    updates: int
    first: float
    final: float
    peak: float
    rise: float
    bad_step: int | None = None
    bad_layer: str = ""
    finished: bool = True
    looks: tuple[float, ...] = ()
    every: int = 1


@dataclass(frozen=True)
class Sweep:
    """All runs by rising rate, with what follows from them.

    `own` is the run at the set-up's own rate; `candidates` are the rates that rules suggest;
    `verified` holds for each of them its runs on other seeds; `extended` tells towards which ends
    the range was widened.
    """

    runs: tuple[Run, ...]
    updates: int
    total_updates: int
    own: Run | None = None
    candidates: tuple[tuple[str, float], ...] = ()
    verified: tuple[tuple[float, tuple[Run, ...]], ...] = ()
    extended: tuple[str, ...] = ()
    cancelled: bool = False


@dataclass(frozen=True)
class Judgement:
    """What a sweep says: fates by run, the suggestion, the band that works.

    The `band` spans all rates known to be usable: those of the sweep, the suggestion, which is on
    other seeds, and the set-up's own rate, unless a rate in between breaks.
    """

    fates: tuple[Fate, ...]
    suggestion: float | None
    spread: float | None
    largest_stable: float | None
    band: tuple[float, float] | None
    at_edge: bool


def log_spaced(low: float, high: float, count: int) -> Array:
    """Rates evenly spaced in log, both ends included."""
    return np.logspace(np.log10(low), np.log10(high), count)


def train_at(
    setup: Trainable,
    batch: Batch,
    judged: Batch,
    rate: float | None,
    updates: int,
    seed: int,
    watch: Watch,
) -> Run:
    """One run from the start of `seed`; `rate` None is the set-up's own, with its schedule."""
    model = setup.fresh(seed)
    first, seen = model.loss(judged), judged.sample(WATCHED)
    losses = [model.loss(seen)]

    def go_on(done: int) -> bool:
        losses.append(model.loss(seen))
        return not exploded() and not watch.cancelled()

    def exploded() -> bool:
        return not losses[-1] <= EXPLODED * abs(losses[0])

    plan = Plan(updates, rate=rate, every=-(-updates // LOOKS))
    trace = model.train(batch, plan, go_on)
    bad = trace.first_bad
    curve, batches = np.array(losses), trace.loss[np.isfinite(trace.loss)]
    between = smooth(batches.tolist(), max(len(batches) // 20, 3))
    highest = float(trace.rate.max()) if len(trace.rate) else np.nan
    return Run(
        highest if rate is None else rate,
        trace.updates,
        first,
        model.loss(judged) if bad is None else np.nan,
        max(float(curve.max()), float(between.max(initial=0.0))),
        float((curve - np.minimum.accumulate(curve)).max()),
        bad.step if bad else None,
        bad.layer if bad else "",
        finished=bad is not None or trace.updates == updates or exploded(),
        looks=tuple(losses),
        every=plan.every,
    )


def sweep(
    setup: Trainable,
    batch: Batch,
    *,
    low: float,
    high: float,
    count: int,
    updates: int,
    total_updates: int,
    seed: int,
    jobs: int,
    watch: Watch,
    verify_seeds: int = 3,
) -> Sweep:
    """Runs every rate, widens the range while the best lies at its edge, verifies candidates."""
    judged = batch.sample(EVALUATED)

    def run(trial: tuple[float | None, int], own: Watch) -> Run | None:
        if own.cancelled():
            return None
        return train_at(setup, batch, judged, trial[0], updates, trial[1], own)

    def run_many(trials: Sequence[tuple[float | None, int]], text: str) -> list[Run | None]:
        watch.stage(text, len(trials))
        return spread(run, trials, jobs, watch)

    def run_rates(rates: Array, text: str) -> list[Run]:
        return [r for r in run_many([(rate, seed) for rate in rates], text) if r is not None]

    rates = log_spaced(low, high, count)
    ratio = rates[1] / rates[0]
    runs = run_rates(rates, f"training at {count} rates, {updates} updates each")
    extended: list[str] = []
    for _ in range(EXTENSIONS):
        side = _edge(runs)
        if side == 0 or watch.cancelled():
            break
        steps = ratio ** np.arange(1, int(np.ceil(DECADES / np.log10(ratio))) + 1)
        further = np.sort(runs[-1].rate * steps if side > 0 else runs[0].rate / steps)
        extended.append("up" if side > 0 else "down")
        more = run_rates(further, f"best rate at the edge: {len(further)} more rates")
        runs = sorted([*runs, *more], key=lambda r: r.rate)

    candidates = _candidates(runs, ratio) if not watch.cancelled() else ()
    pairs = [
        (r, seed + 1 + k)
        for r in sorted({rate for _, rate in candidates})
        for k in range(verify_seeds)
    ]
    text = f"the set-up's own rate, and verifying on {verify_seeds} other seeds"
    own, *checked = run_many([(None, seed), *pairs], text)
    verified: dict[float, list[Run]] = {}
    for (rate, _), result in zip(pairs, checked, strict=True):
        if result is not None and result.finished:
            verified.setdefault(rate, []).append(result)
    return Sweep(
        tuple(runs),
        updates,
        total_updates,
        own,
        candidates,
        tuple((rate, tuple(r)) for rate, r in verified.items() if len(r) == verify_seeds),
        tuple(extended),
        watch.cancelled(),
    )


def _candidates(runs: Sequence[Run], ratio: float) -> tuple[tuple[str, float], ...]:
    """What the rules suggest, and one and two steps below the lowest: luck helps at the edge."""
    finals = [r.final if _stable(r) else np.nan for r in runs]
    rules = suggest([r.rate for r in runs], finals)
    if not rules:
        return ()
    below = [(f"lowest, {k} below", rules["lowest"] / ratio**k) for k in (1, 2)]
    return (*rules.items(), *((name, float(rate)) for name, rate in below))


def _stable(run: Run) -> bool:
    return fate(run, np.inf) in (Fate.LEARNING, Fate.STUCK)


def _edge(runs: Sequence[Run]) -> int:
    """-1 or +1 where the lowest final loss lies at that end of the range, else 0."""
    finals = np.array([r.final if _stable(r) else np.inf for r in runs])
    if len(runs) < 3 or not np.isfinite(finals).any():
        return -1 if len(runs) else 0
    best = int(finals.argmin())
    if best == len(runs) - 1:
        return 1
    return -1 if best == 0 and finals[0] < runs[0].first else 0


def best_drop(runs: Sequence[Run]) -> float:
    """The largest fall of the loss among stable runs; infinite where none is worth the name."""
    drops = [r.first - r.final for r in runs if _stable(r)]
    best = max(drops, default=0.0)
    return best if runs and best > MOVED * abs(runs[0].first) else np.inf


def fate(run: Run, best_drop: float) -> Fate:
    """How one run went; `best_drop`: the largest fall of the loss among all runs.

    Exploding is CS231n's rule, a cost above three times the first. Unstable is a loss that climbs
    by a fifth of the first, measured on fixed rows: batches are too noisy to tell. Hardly moving is
    less than a tenth of what the best rate achieves in the same updates.
    """
    first = abs(run.first)
    if run.bad_step is not None:
        return Fate.NOT_FINITE
    if not run.finished:
        return Fate.CANCELLED
    if not (run.final <= EXPLODED * first and run.peak <= EXPLODED * first):
        return Fate.EXPLODING
    if run.final > 1.02 * first or not run.rise <= 0.2 * first:
        return Fate.UNSTABLE
    return Fate.LEARNING if run.first - run.final >= 0.1 * best_drop else Fate.STUCK


def usable(run: Run, best_drop: float) -> bool:
    """Whether it learns nearly as much as the best rate does in the same updates."""
    learns = fate(run, best_drop) is Fate.LEARNING
    return learns and bool(run.first - run.final >= USABLE * best_drop)


def _apart(one: float, other: float, broken: Sequence[float]) -> bool:
    """Whether a rate that breaks lies between the two, or is one of them."""
    low, high = sorted((one, other))
    return any(low <= rate <= high for rate in broken)


def judge_sweep(seen: Sweep) -> Judgement:
    """Fates, suggestion and band: pure.

    The suggestion is the smallest rate that is not shown to be worse than the best, on other seeds
    and by more than 0.02 of the fall of the loss, among the usable ones stable on all of them.
    """
    best = best_drop(seen.runs)
    fates = tuple(fate(r, best) for r in seen.runs)
    learning = _around_the_best(seen.runs, fates)
    good = [r.rate for r in learning if usable(r, best)]
    suggestion = _suggestion(seen) if learning else None
    if good:
        broken = [r.rate for r, went in zip(seen.runs, fates, strict=True) if went in BROKEN]
        own = seen.own.rate if seen.own is not None and usable(seen.own, best) else None
        others = [rate for rate in (suggestion, own) if rate is not None]
        good += [rate for rate in others if not _apart(rate, good[0], broken)]
    told = [rate for name, rate in seen.candidates if "below" not in name]
    return Judgement(
        fates,
        suggestion,
        max(told) / min(told) if told else None,
        max((r.rate for r in learning), default=None),
        (min(good), max(good)) if good else None,
        _edge(seen.runs) != 0,
    )


def _around_the_best(runs: Sequence[Run], fates: Sequence[Fate]) -> list[Run]:
    """The unbroken stretch of learning runs that holds the lowest final loss."""
    learns = [f is Fate.LEARNING for f in fates]
    finals = [r.final if on else np.inf for r, on in zip(runs, learns, strict=True)]
    if not any(learns):
        return []
    low = high = int(np.argmin(finals))
    while low > 0 and learns[low - 1]:
        low -= 1
    while high + 1 < len(runs) and learns[high + 1]:
        high += 1
    return list(runs[low : high + 1])


def _suggestion(seen: Sweep) -> float | None:
    falls = {
        rate: np.array([run.first - run.final for run in runs])
        for rate, runs in seen.verified
        if all(_stable(run) for run in runs)
    }
    best = max((fall.mean() for fall in falls.values()), default=0.0)
    if not best > 0:
        return None
    arms = {rate: Arm(fall / best, np.zeros((len(fall), 0))) for rate, fall in falls.items()}
    top = max(arms.values(), key=lambda one: float(one.scores.mean()))
    worse = shown([compare(top, one, Rows(Split.TRAINING)) for one in arms.values()])
    good = [one.scores.mean() >= USABLE for one in arms.values()]
    return min(
        rate for rate, lost, usable in zip(arms, worse, good, strict=True) if usable and not lost
    )
