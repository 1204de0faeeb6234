"""ND608: which units are dead, since when, and by what?"""

from dataclasses import dataclass

import numpy as np

from ...findings import Finding, Series, Status, Table, Where
from ...trainable import Array, Batch, HasActivations, HasValues, Plan, Trainable
from ...watch import Watch
from ..check import Check
from ..measures.chance_loss import constant_loss
from ..measures.dead_unit_causes import causes_of_death

MOMENTS = 10  # at which the units are looked at, besides the start


@dataclass(frozen=True)
class LayerCensus:
    """Units of a layer by `active` [M, n], the share of rows on which each is not zero.

    `causes`: of the units dead at the last moment, how many by each cause.
    """

    layer: str
    active: Array
    causes: dict[str, int]

    @property
    def dead(self) -> Array:
        """Which units are zero on every row at the end [n]; NaN is not zero."""
        return np.asarray(self.active[-1] == 0)

    @property
    def born(self) -> int:
        """How many of those were dead at every moment."""
        return int((self.active == 0).all(axis=0).sum())

    def died(self, moments: Array) -> tuple[int, int] | None:
        """Between which moments the first of the others died for good."""
        alive = self.active[:, self.dead & (self.active != 0).any(axis=0)] != 0
        if not alive.shape[1]:
            return None
        last = int((len(alive) - 1 - alive[::-1].argmax(axis=0)).min())
        return int(moments[last]), int(moments[last + 1])


@dataclass(frozen=True)
class Census:
    """All hidden layers whose units can die, and the output where all of it is dead.

    `loss` at the end, on the same rows as `chance`.
    """

    layers: tuple[LayerCensus, ...]
    moments: Array
    rows: int
    loss: float
    chance: float
    cancelled: bool = False


@dataclass(frozen=True)
class UnitCensus(Check):
    """## What it does
    Looks at every unit that can die, at several points of the run, on the same rows: dead
    (zero on all of them) or sparse (active on few), dead from the start or since when, and why: its
    bias alone keeps it at zero, its weights do so even without the bias, or no input reaches it.

    ## Why it matters
    A dead ReLU gets no gradient and stays dead. Sparse units are healthy: they respond to few rows.
    A network with spare units loses nothing, so where it learned well dead units are only a note.

    ## What to do
    Dead from the start: he_normal, zero biases, standardised inputs. Died in training: a smaller
    learning rate, or leaky ReLU.

    ## Source
    CS231n notes, neural-networks-1 ("as much as 40 % of your network can be dead"); 10 % of a
    layer: keras-contrib.
    """

    code: str = "ND608"
    name: str = "unit-census"

    died: float = 0.1  # of a layer, as ND606
    dead: float = 0.4  # CS231n's figure, as ND306: a few born dead are luck of the draw
    sparse: float = 0.05  # of the rows
    harmless: float = 0.5  # of a constant prediction's loss: below, the rest of the units suffices

    def measure(
        self, setup: Trainable, batch: Batch, probe: Batch, *, updates: int, seed: int, watch: Watch
    ) -> Census | str:
        """One run with a look before, after and in between; or why it can't be made."""
        model = setup.fresh(seed)
        if not isinstance(model, HasValues) or not isinstance(model, HasActivations):
            return "the model does not show what its layers put out"
        stats = [one for one in model.activations(probe) if one.dead is not None]
        mortal = [one.name for one in stats]
        outputs = {one.name for one in stats if one.is_output}
        updates = updates if mortal else 0
        moments, seen = [0], [_active(model, probe, mortal)]
        watch.stage(f"training for {updates} updates", updates)

        def go_on(done: int) -> bool:
            moments.append(done)
            seen.append(_active(model, probe, mortal))
            watch.advance(done)
            return not watch.cancelled()

        if updates:
            made = model.train(batch, Plan(updates, every=max(updates // MOMENTS, 1)), go_on)
            if made.updates > moments[-1]:
                go_on(made.updates)
        layers = tuple(
            LayerCensus(
                name,
                np.stack([one[name] for one in seen]),
                causes_of_death(model, probe, name, seen[-1][name] == 0),
            )
            for name in mortal
            if name not in outputs or (seen[-1][name] == 0).all()
        )
        cut = watch.cancelled() and moments[-1] < updates
        return Census(
            layers,
            np.array(moments),
            len(probe),
            model.loss(probe),
            constant_loss(setup.task, probe.y),
            cut,
        )

    def judge(self, seen: Census | str) -> Finding:
        """By the layer with the largest share; a layer dead as a whole is an error."""
        if isinstance(seen, str):
            return self.skip(seen)
        if not seen.layers:
            return self.finding(Status.OK, "no hidden layer has units that can die")
        layers = sorted(seen.layers, key=lambda one: -self._weight(one))
        worst, after = layers[0], int(seen.moments[-1])
        dead, share = int(worst.dead.sum()), float(worst.dead.mean())
        finite = all(np.isfinite(one.active).all() for one in layers)
        learnt = after > 0 and seen.loss < self.harmless * seen.chance
        status = Status.OK
        if share == 1 or not finite:
            status = Status.ERROR
        elif self._weight(worst) > 1 and dead > 1:
            status = Status.NOTE if learnt else Status.WARNING
        total = sum(int(one.dead.sum()) for one in layers)
        told = f"{total} of {sum(one.active.shape[1] for one in layers)} units are dead"
        if dead:
            told += (
                f"; most in {worst.layer}: {dead} of {len(worst.dead)}, {worst.born} from the start"
            )
        if not finite:
            told += "; some units are not finite"
        elif status is Status.NOTE:
            told += f"; it learns nevertheless (loss {seen.loss:.2g}, constant {seen.chance:.2g})"
        return self.finding(
            status,
            told,
            measured=share,
            threshold=f"at most {self.died:.0%} of a layer died or {self.dead:.0%} dead; a note "
            f"where the loss is below {self.harmless:.0%} of a constant prediction's; an error "
            "where "
            "all of a layer is dead",
            source=f"zero on all of {seen.rows} rows; CS231n notes, neural-networks-1",
            where=Where(layer=worst.layer if dead else None),
            suggests=("dead_relu", "learning_rate_too_high", "input_not_normalised")
            if status.severity >= Status.WARNING.severity
            else (),
            advice=_advice(worst) if status.severity >= Status.WARNING.severity else "",
            evidence=(self._table(seen, layers), *_curve(seen)),
        )

    def _weight(self, one: LayerCensus) -> float:
        """Above 1: too many are dead, or too many died."""
        dead, units = int(one.dead.sum()), len(one.dead)
        return max(dead / units / self.dead, (dead - one.born) / units / self.died)

    def _table(self, seen: Census, layers: list[LayerCensus]) -> Table:
        rows = []
        for one in layers:
            sparse = int(((one.active[-1] > 0) & (one.active[-1] < self.sparse)).sum())
            died = one.died(seen.moments)
            between = f"{died[0]} to {died[1]}" if died else ""
            why = ", ".join(f"{count} by {cause}" for cause, count in one.causes.items() if count)
            rows.append(
                (one.layer, len(one.dead), int(one.dead.sum()), one.born, between, why, sparse)
            )
        columns = ("layer", "units", "dead", "born dead", "first died", "why", "sparse")
        caption = f"on {seen.rows} rows; sparse: active on less than {self.sparse:.0%} of them"
        return Table(f"units after {seen.moments[-1]} updates", columns, tuple(rows), caption)


def _active(model: HasValues, probe: Batch, names: list[str]) -> dict[str, Array]:
    """The share of rows on which each unit is not zero; NaN where it is not finite on one."""
    shares = {}
    for name, values in model.values(probe).items():
        if name in names:
            share = (values != 0).mean(axis=0)
            shares[name] = np.where(np.isfinite(values).all(axis=0), share, np.nan)
    return shares


def _curve(seen: Census) -> tuple[Series, ...]:
    if len(seen.moments) < 3:
        return ()
    dead = sum((one.active == 0).sum(axis=1) for one in seen.layers)
    if not dead.any():
        return ()
    return (
        Series(
            "dead units",
            tuple(seen.moments.astype(float)),
            tuple(float(d) for d in dead),
            "update",
            "units",
        ),
    )


def _advice(worst: LayerCensus) -> str:
    if worst.born > 0.5 * worst.dead.sum():
        return "they were dead from the start: he_normal, zero biases, standardised inputs"
    return "they died in training: a smaller learning rate, or leaky_relu"
