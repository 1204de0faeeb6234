"""Trains the same start under many learning rates, side by side, and says how each one went."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from threading import Lock

import numpy as np

from ...trace import Trace
from ...trainable import Array, Batch, Plan, Trainable
from ...watch import Watch
from ..parallel import run_all
from .suggestion import smooth, suggest

EVALUATED = 2000  # rows on which first and final loss are measured, the same for every rate
EXTENSIONS = 3
DECADES = 2.0  # by how much an extension widens the range


class Fate(StrEnum):
    """How a run went."""

    STUCK = "hardly moving"
    LEARNING = "learning"
    UNSTABLE = "unstable"
    EXPLODING = "exploding"
    NOT_FINITE = "NaN"
    CANCELLED = "not finished"


@dataclass(frozen=True)
class Run:
    """One rate: the data loss before and after, the highest smoothed batch loss, the end."""

    rate: float
    updates: int
    first: float
    final: float
    peak: float
    late: float
    bad_step: int | None = None
    bad_layer: str = ""
    finished: bool = True


@dataclass(frozen=True)
class Sweep:
    """All runs by rising rate, with what follows from them.

    `own` is the run at the set-up's own rate; `verified`: for each candidate rate the final losses
    on the seeds of the verification; `extended` tells towards which ends the range was widened.
    """

    runs: tuple[Run, ...]
    updates: int
    total_updates: int
    own: Run | None = None
    rules: tuple[tuple[str, float], ...] = ()
    verified: tuple[tuple[float, tuple[float, ...]], ...] = ()
    extended: tuple[str, ...] = ()
    cancelled: bool = False


@dataclass(frozen=True)
class Judgement:
    """What a sweep says: fates by run, the suggestion, the band that works."""

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
    setup: Trainable, batch: Batch, judged: Batch, rate: float | None, updates: int, seed: int,
    watch: Watch,
) -> Run:  # fmt: skip
    """One run from the start of `seed`; `rate` None is the set-up's own, with its schedule."""
    model = setup.fresh(seed)
    first = model.loss(judged)
    trace = model.train(batch, Plan(updates, rate=rate), lambda done: not watch.cancelled())
    bad = trace.first_bad
    final = model.loss(judged) if bad is None else np.nan
    peak, late = _peak_and_late(trace)
    shown = rate if rate is not None else float(trace.rate[0]) if len(trace.rate) else np.nan
    return Run(
        shown, trace.updates, first, float(final), peak, late,
        bad.step if bad else None, bad.layer if bad else "",
        finished=bad is not None or trace.updates == updates,
    )  # fmt: skip


def _peak_and_late(trace: Trace) -> tuple[float, float]:
    """The highest smoothed batch loss, and how far the last quarter lies above the best quarter."""
    losses = trace.loss[np.isfinite(trace.loss)]
    if len(losses) < 8:
        return float(losses.max(initial=0.0)), 1.0
    curve = smooth(losses.tolist(), max(len(losses) // 20, 3))
    quarters = [part.mean() for part in np.array_split(losses, 4)]
    return float(curve.max()), float(quarters[-1] / max(min(quarters), 1e-300))


def sweep(
    setup: Trainable, batch: Batch, *, low: float, high: float, count: int, updates: int,
    total_updates: int, seed: int, jobs: int, watch: Watch, verify_seeds: int = 3,
) -> Sweep:  # fmt: skip
    """Runs every rate, widens the range while the best lies at its edge, verifies candidates."""
    judged = batch.rows(slice(0, EVALUATED)) if len(batch) > EVALUATED else batch
    done, lock = [0], Lock()

    def run(rate: float | None, at_seed: int = seed) -> Run | None:
        if watch.cancelled():
            return None
        result = train_at(setup, batch, judged, rate, updates, at_seed, watch)
        with lock:
            done[0] += 1
            watch.advance(done[0])
        return result

    def run_many(rates: Sequence[float | None], text: str) -> list[Run | None]:
        done[0] = 0
        watch.stage(text, len(rates))
        return run_all(run, rates, jobs)

    rates = log_spaced(low, high, count)
    ratio = rates[1] / rates[0]
    found = run_many([*rates, None], f"training at {count} rates, {updates} updates each")
    own = found.pop()
    runs = [one for one in found if one is not None]
    extended: list[str] = []
    for _ in range(EXTENSIONS):
        side = _edge(runs)
        if side == 0 or watch.cancelled():
            break
        steps = ratio ** np.arange(1, int(np.ceil(DECADES / np.log10(ratio))) + 1)
        further = np.sort(runs[-1].rate * steps if side > 0 else runs[0].rate / steps)
        extended.append("up" if side > 0 else "down")
        more = run_many(list(further), f"best rate at the edge: {len(further)} rates more")
        runs = sorted([*runs, *(one for one in more if one is not None)], key=lambda r: r.rate)

    rules = _rules(runs) if not watch.cancelled() else {}
    candidates = sorted({float(rate) for rate in rules.values()})
    pairs = [(rate, seed + 1 + k) for rate in candidates for k in range(verify_seeds)]
    done[0] = 0
    watch.stage(f"verifying on {verify_seeds} other seeds", len(pairs))
    checked = run_all(lambda pair: run(*pair), pairs, jobs)
    verified = []
    for rate in candidates:
        mine = [r for r, pair in zip(checked, pairs, strict=True) if pair[0] == rate]
        finals = tuple(r.final if _stable(r) else float("nan") for r in mine if r is not None)
        if len(finals) == verify_seeds:
            verified.append((rate, finals))
    return Sweep(
        tuple(runs), updates, total_updates, own, tuple(rules.items()), tuple(verified),
        tuple(extended), watch.cancelled(),
    )  # fmt: skip


def _rules(runs: Sequence[Run]) -> dict[str, float]:
    return suggest([r.rate for r in runs], [r.final if _stable(r) else np.nan for r in runs])


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


def fate(run: Run, best_drop: float) -> Fate:
    """How one run went; `best_drop`: the largest fall of the loss among all runs.

    Exploding is CS231n's rule, a cost above three times the first; hardly moving is less than a
    tenth of what the best rate achieves in the same updates.
    """
    if run.bad_step is not None:
        return Fate.NOT_FINITE
    if not run.finished:
        return Fate.CANCELLED
    if not run.final <= 3 * run.first or (run.peak > 3 * run.first and run.final > run.first):
        return Fate.EXPLODING
    if run.final > 1.02 * run.first or (run.late > 1.5 and run.peak > 1.5 * run.first):
        return Fate.UNSTABLE
    if np.isfinite(best_drop) and not run.first - run.final >= 0.1 * best_drop:
        return Fate.STUCK
    return Fate.LEARNING


def judge_sweep(seen: Sweep) -> Judgement:
    """Fates, suggestion and band: pure."""
    drops = [r.first - r.final for r in seen.runs if _stable(r)]
    best = max(drops, default=0.0)
    fates = tuple(fate(r, best if best > 0 else np.inf) for r in seen.runs)
    learning = [r.rate for r, f in zip(seen.runs, fates, strict=True) if f is Fate.LEARNING]
    good = [r.rate for r in seen.runs if _stable(r) and r.first - r.final >= 0.8 * best > 0]
    means = {rate: float(np.mean(finals)) for rate, finals in seen.verified}
    finite = {rate: mean for rate, mean in means.items() if np.isfinite(mean)}
    suggestion = min(finite, key=lambda rate: finite[rate]) if finite else None
    told = [rate for _, rate in seen.rules]
    return Judgement(
        fates,
        suggestion,
        max(told) / min(told) if told else None,
        max(learning, default=None),
        (min(good), max(good)) if good else None,
        _edge(seen.runs) != 0,
    )
