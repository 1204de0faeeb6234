"""ND312: is the gradient the slope of the cost?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ...findings import Finding, Status, Table, Where
from ...trainable import Batch, HasExactTwin, HasGradients, HasSurrogates, Plan, Trainable
from ...watch import Watch
from ..check import Check
from ..measures.finite_differences import FORMULA, STEPS, Compared, Fate, Line, compare, sampled
from ..measures.step_sizes import ByStep, errors_by_step, norm_error, step_table

_SLOPES = ("difference", "gradient")
STREAM = 312  # keeps these draws apart from all others of the seed


@dataclass(frozen=True)
class Sampled:
    """The compared entries of one array at one moment, with or without regularisation."""

    name: str
    when: str
    regularised: bool
    compared: tuple[Compared, ...]

    def count(self, fate: Fate) -> int:
        """How many came to this end."""
        return sum(one.fate is fate for one in self.compared)

    @property
    def worst(self) -> Compared | None:
        """The largest relative error, NaN before all; None where none could be compared."""
        told = [one for one in self.compared if one.fate is Fate.COMPARED]
        return max(told, key=_error, default=None)


@dataclass(frozen=True)
class Seen:
    """All arrays at all moments, from the inputs on; `unasked` says why there are none.

    `excused`: arrays whose gradient passes through a surrogate. `broke`: where the cost is not
    finite. `plain`: there is nothing regularised. `by_step`: errors at the start by the step.
    """

    arrays: tuple[Sampled, ...] = ()
    excused: frozenset[str] = frozenset()
    unasked: str = ""
    broke: str = ""
    plain: bool = False
    by_step: tuple[ByStep, ...] = ()

    @property
    def at_once(self) -> float:
        """Ng's error over all compared entries as one vector, at all moments."""
        told = [c for one in self.arrays for c in one.compared if c.fate is Fate.COMPARED]
        approx, gradient = (np.array([getattr(c, of) for c in told]) for of in _SLOPES)
        return norm_error(approx, gradient)


@dataclass(frozen=True)
class Rated:
    """One array with its verdict over all moments, and the worst of its samples."""

    status: Status
    samples: tuple[Sampled, ...]
    at: Sampled

    def count(self, fate: Fate) -> int:
        """How many came to this end."""
        return sum(one.count(fate) for one in self.samples)


@dataclass(frozen=True)
class GradientCheck(Check):
    """## What it does
    Compares the gradient with centred differences of the cost, in float64, in some entries of
    every parameter array: those of the largest gradients and random ones; without regularisation
    and with it, at the start and after some updates. Entries at which a unit changes its straight
    piece within the step, and those lost in rounding, are counted and not judged. Beside the
    largest single error stands that of all entries as one vector, |approx - grad| over
    |approx| + |grad|, and a table of one-sided and centred differences over the step.

    ## Why it matters
    A wrong gradient often trains all the same, only worse: nothing else shows a forgotten bias, a
    factor, or a penalty that is not differentiated.

    ## What to do
    Look at the backward pass of the layer nearest the output that differs; all layers below it
    inherit the fault. All arrays off by one factor: the loss. Only with regularisation: the
    penalty.

    ## Source
    CS231n notes, neural-networks-3, gradient checks; the bands 1e-7, 1e-5 and 1e-3: Ng, Improving
    Deep Neural Networks, gradient checking.
    """

    least: ClassVar[Mapping[str, int]] = {"after": 0}

    code: str = "ND312"
    name: str = "gradient-check"

    great: float = 1e-7
    look: float = 1e-5
    worry: float = 1e-3
    rows: int = 50  # few rows meet few kinks
    samples: int = 20  # entries of each array
    after: int = 20  # updates; 0: only at the start

    def measure(
        self, setup: Trainable, batch: Batch, seed: int = 0, watch: Watch | None = None
    ) -> Seen:
        """Every array at every moment, fewer if cancelled; on a fresh start in float64."""
        if not isinstance(setup, HasExactTwin):
            return Seen(unasked="this set-up can't be had in float64, and float32 rounds too much")
        model, watch = setup.exact().fresh(seed), watch or Watch()
        if not isinstance(model, HasGradients):
            return Seen(unasked="this model does not show its gradients")
        rows, arrays = _exact(batch.sample(self.rows)), list[Sampled]()
        rng = np.random.default_rng(np.random.SeedSequence([seed, STREAM]))
        broke, ways = "", (False, True) if _penalised(model, rows) else (False,)
        finite = np.isfinite(model.cost(rows))
        by_step = errors_by_step(model, rows) if finite and not watch.cancelled() else ()
        for updates in dict.fromkeys((0, self.after)):
            when = f"after {updates} updates" if updates else "at the start"
            if updates and not watch.cancelled():
                watch.stage(f"training for {updates} updates")
                model.train(_exact(batch), Plan(updates))
            if not np.isfinite(cost := model.cost(rows)):
                broke = f"{when} the cost is {cost}"
                break
            for way in ways:
                arrays += self._arrays(model, rows, way, when, rng, watch)
        excused = _below_surrogates(setup, list(model.parameters()))
        return Seen(tuple(arrays), excused, "", broke, ways == (False,), by_step)

    def _arrays(
        self,
        model: HasGradients,
        rows: Batch,
        regularised: bool,
        when: str,
        rng: np.random.Generator,
        watch: Watch,
    ) -> Iterator[Sampled]:
        cost, gradients = model.cost(rows, regularised), model.gradients(rows, regularised)
        watch.stage(f"differences {when}", len(gradients))
        for done, (name, array) in enumerate(model.parameters().items()):
            if watch.cancelled():
                return
            compared = []
            for place in sampled(gradients[name], self.samples, rng):
                line = Line(model, rows, regularised, array, place)
                compared.append(compare(line, float(gradients[name][place]), cost, self.great))
            yield Sampled(name, when, regularised, tuple(compared))
            watch.advance(done + 1)

    def judge(self, seen: Seen) -> Finding:
        """By the worst array."""
        if not seen.arrays:
            return self.skip(seen.unasked or seen.broke or "interrupted before the first array")
        names = list(dict.fromkeys(one.name for one in seen.arrays))
        rated = [self._rate(name, seen) for name in names]
        wrong = [one.at.name for one in rated if one.status.severity >= Status.WARNING.severity]
        only_penalty = all(
            one.regularised or not _error(one.worst) > self.look
            for one in seen.arrays
            if one.name in wrong
        )
        rated.sort(key=lambda one: (one.status.severity, _error(one.at.worst)), reverse=True)
        first, table = rated[0], _table(rated, seen)
        steps = (step_table(seen.by_step),) if seen.by_step else ()
        if first.at.worst is None:
            why = "no entry could be compared: all lie at kinks or are lost in rounding"
            return self.finding(Status.SKIP, why, evidence=(table,))
        unfinished = f"; {seen.broke}, so nothing was compared then" * bool(seen.broke)
        mild = Status.NOTE if seen.broke else Status.OK
        return self.finding(
            max(first.status, mild, key=lambda status: status.severity),
            self._told(rated, first.at.worst, seen.at_once) + unfinished,
            measured=first.at.worst.error,
            expected=0.0,
            threshold=f"{self.great:g} is great, up to {self.look:g} good, an error above "
            f"{self.worry:g}",
            source=f"{FORMULA}; CS231n notes, neural-networks-3",
            where=Where(layer=first.at.name) if wrong else Where(),
            advice=_advice(wrong[-1], only_penalty) if wrong else "",
            evidence=(table, *steps),
        )

    def _rate(self, name: str, seen: Seen) -> Rated:
        samples = tuple(one for one in seen.arrays if one.name == name)
        at = max(samples, key=lambda one: _error(one.worst))
        status = Status.ERROR
        if at.worst is None:
            status = Status.SKIP
        elif at.worst.error <= self.look:
            status = Status.OK
        elif name in seen.excused:
            status = Status.NOTE
        elif at.worst.error <= self.worry:
            status = Status.WARNING
        return Rated(status, samples, at)

    def _told(self, rated: Sequence[Rated], worst: Compared, at_once: float) -> str:
        first, error = rated[0], f"relative error {worst.error:.2g}"
        if first.status is Status.OK:
            entries = sum(one.count(Fate.COMPARED) for one in rated)
            band = "great" if worst.error <= self.great else "good"
            where = f"{entries} entries of {len(rated)} arrays"
            return f"{band}: {error} at most over {where}, {at_once:.2g} over all at once"
        ill = sum(one.status is first.status for one in rated)
        told = f"{ill} of {len(rated)} arrays differ"
        if first.status is Status.NOTE:
            told += ", below a unit whose slope is a surrogate on purpose"
        return (
            f"{told}: the gradient of {first.at.name} {list(worst.place)} is {worst.gradient:.4g}, "
            f"the difference {worst.difference:.4g}, {error}"
        )


def _error(worst: Compared | None) -> float:
    """To sort by: what could not be compared last, NaN first."""
    return -1.0 if worst is None else float(np.nan_to_num(worst.error, nan=np.inf))


def _advice(name: str, only_penalty: bool) -> str:
    if only_penalty:
        return "it differs only with regularisation: look at how the penalty is differentiated"
    return f"begin at {name}, which of those that differ lies nearest the output"


def _table(rated: Sequence[Rated], seen: Seen) -> Table:
    """One row an array, the worst first."""
    rows = tuple(
        (
            one.at.name,
            sum(len(samples.compared) for samples in one.samples),
            one.count(Fate.KINK),
            one.count(Fate.NOISE),
            worst.error if (worst := one.at.worst) else None,
            one.status,
            f"[{', '.join(map(str, worst.place))}]" if worst else "",
            worst.gradient if worst else None,
            worst.difference if worst else None,
            worst.step if worst else None,
            one.at.when + ", regularised" * one.at.regularised if worst else "",
        )
        for one in rated
    )
    heads = (
        "array",
        "samples",
        "at a kink",
        "in the noise",
        "worst error",
        "verdict",
        "where",
        "gradient",
        "difference",
        "h",
        "when",
    )
    tried = ", ".join(f"{step:.0e}".replace("e-0", "e-") for step in STEPS)
    return Table(
        "gradient against differences of the cost",
        heads,
        rows,
        f"error: {FORMULA}; h: the first of {tried}, times |w| where that is above 1, at which "
        "both agree or the cost is smooth" + "; nothing is regularised" * seen.plain,
    )


def _exact(batch: Batch) -> Batch:
    """The same rows in float64; class numbers stay whole where they are."""
    whole = batch.y.dtype.kind in "iu"
    return Batch(batch.x.astype(np.float64), batch.y if whole else batch.y.astype(np.float64))


def _penalised(model: HasGradients, rows: Batch) -> bool:
    """Whether regularisation changes the cost or its gradient on these rows."""
    if model.cost(rows, True) != model.cost(rows, False):
        return True
    on, off = model.gradients(rows, True), model.gradients(rows, False)
    return any(not np.array_equal(on[name], off[name], equal_nan=True) for name in off)


def _below_surrogates(setup: Trainable, names: Sequence[str]) -> frozenset[str]:
    """The arrays from the first to the last that belongs to a layer with a surrogate."""
    layers = setup.surrogates() if isinstance(setup, HasSurrogates) else ()
    own = [i for i, name in enumerate(names) if name.startswith(tuple(f"{at} " for at in layers))]
    return frozenset(names[: max(own) + 1] if own else ())
