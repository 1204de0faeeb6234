"""One network to be trained: parameters, state of its training, looks at its layers."""

import time
from collections.abc import Callable, Mapping

import numpy as np

from ..engine import network, training
from ..engine.helpers import helped
from ..engine.instruments import COLUMNS
from ..engine.optimizers import OPTIMIZERS
from ..engine.panels import SURE
from ..engine.penalties import penalty
from ..engine.random import seeded
from ..engine.stages import AVERAGE
from ..engine.structure import BAD_LAYER, MADE, POSITION, RECORDS, STEP, Data, Net
from ..trace import FirstBad, Trace
from ..trainable import Array, Batch, LayerStats, Plan
from .averages import averages_for, batch_outputs, first_averages
from .configuration import CHUNK, Configuration
from .fitting import refuse_unfit
from .full_batch import METHODS, minimise
from .gradients import cost_and_gradient, loss_of, named, pieces
from .moved import images
from .newton import refuse_large
from .starting import initial
from .statistics import layer_statistics
from .stretches import Stretches


class Network:
    """A network with its parameters, from one start."""

    def __init__(self, setup: Configuration, seed: int, theta: Array | None = None) -> None:
        self.setup, self.seed = setup, seed
        self.theta = initial(setup, seed) if theta is None else theta.copy()
        self.running = first_averages(setup)
        self.random = seeded(seed, 2)
        self.clock = np.zeros(5, np.int64)
        self.order = np.zeros(0, np.int64)
        self.optimizer = ""
        self.slots = np.zeros((0, 0), setup.dtype)
        self.average = self.theta[:0]  # without `ema`, and before the first update
        self.regularised = True  # how it was trained last, which vanilla dropout has to know
        self._stretches = Stretches()

    @property
    def tested(self) -> Array:
        """theta [P] at test time: the running average, where there is one."""
        return self.average if len(self.average) else self.theta

    @property
    def updates(self) -> int:
        """Updates made so far."""
        return int(self.clock[STEP])

    @property
    def _tested(self) -> Array:
        return self.setup.effective(self.tested)

    def weights(self) -> dict[str, Array]:
        """W [D_in, k n] for each layer that has one: a view, or made by its weight norm."""
        views = self.setup.layout.weights(self.setup.effective(self.theta))
        return {name: w for name, w in zip(self.setup.names, views, strict=True) if w.size}

    def loss(self, batch: Batch) -> float:
        """The mean data loss, without penalty, noise or smoothing, whatever the reduction."""
        return self.evaluate(batch)[0]

    def evaluate(self, batch: Batch) -> tuple[float, Array]:
        """`loss` and `outputs` in one pass."""
        setup, units = self.setup, self.setup.layers[-1].units
        refuse_unfit(setup, batch)
        out = np.empty((len(batch), units), setup.dtype)
        scratch = np.empty(CHUNK * (units + 1), setup.dtype)
        work = setup.workspace(CHUNK)
        with helped(work.board, self._large(batch)):
            total = training.evaluate(
                self._tested,
                self._averages(batch),
                batch.x,
                batch.y,
                out,
                work,
                scratch,
                setup.forms.net(self.regularised),
                setup.forms.objective(False),
                self.random,
            )
        return float(total) / (len(batch) * setup.per_row), out

    def _large(self, batch: Batch) -> bool:
        """Whether a pass over the rows has products that two cores do faster wherever they are."""
        return self.setup.layout.largest_product(min(CHUNK, len(batch))) >= SURE

    def objective(self, batch: Batch, l2: float) -> float:
        """The data loss plus the penalty that training would add under this strength of L2."""
        loss = self.setup.loss_scale * self.loss(batch)
        return loss + float(penalty(self._tested, self.setup.net(l2=l2)))

    def outputs(self, batch: Batch) -> Array:
        """What the last layer puts out, [B, K], without dropout."""
        return self._outputs(batch, self.setup.net(self.regularised), self.random, False)

    def as_batch(self, batch: Batch) -> tuple[float, Array]:
        """Mean data loss and outputs [B, K] as training sees these rows, without dropout."""
        refuse_unfit(self.setup, batch)
        theta = self.setup.effective(self.theta)
        out = batch_outputs(self.setup, theta, self.running, batch)
        return loss_of(self.setup, out, batch), out

    def monte_carlo(self, batch: Batch, samples: int, seed: int) -> Array:
        """Outputs under as many random dropout masks, [samples, B, K].

        Their spread says how sure the network is (Gal & Ghahramani 2016, arXiv:1506.02142).
        """
        state, net = seeded(seed, 3), self.setup.net()
        return np.stack([self._outputs(batch, net, state, True) for _ in range(samples)])

    def activations(self, batch: Batch) -> tuple[LayerStats, ...]:
        """Statistics of each layer's output on all rows at once, without dropout."""
        work, net = self.setup.workspace(len(batch)), self.setup.net(self.regularised)
        network.forward(self._tested, self._averages(batch), batch.x, work, net, False, self.random)
        return layer_statistics(self.setup, batch, work, net)

    def values(self, batch: Batch) -> dict[str, Array]:
        """Each layer's output [B, n] on all rows at once, without dropout."""
        setup, rows = self.setup, len(batch)
        work, net = setup.workspace(rows), setup.net(self.regularised)
        network.forward(self._tested, self._averages(batch), batch.x, work, net, False, self.random)
        return {
            name: network.rows_of(work.a, net, index, rows, rows).copy()
            for index, name in enumerate(setup.names)
        }

    def train(self, batch: Batch, plan: Plan, go_on: Callable[[int], bool] | None = None) -> Trace:
        """Trains in place, a tenth of a second or `plan.every` updates a compiled call."""
        refuse_unfit(self.setup, batch)
        if (plan.optimizer or self.setup.optimizer.name) in METHODS:
            return self._minimise(batch, plan, go_on)
        setup, rows = self.setup, len(batch)
        size = rows if plan.batch_size == 0 else min(plan.batch_size or setup.batch_size, rows)
        self.regularised = plan.regularised
        name = plan.optimizer or setup.optimizer.name
        rule = setup.forms.rule(name, plan.regularised)
        self.begin(name, rows, rule.amounts[AVERAGE] > 0)
        begin = int(self.clock[STEP])
        looks = -(-plan.updates // plan.look_every) + 1 if plan.look_every else 1
        records = np.zeros((looks, len(setup.layers), COLUMNS))
        self.clock[RECORDS] = 0
        # A stretch at a time: few runs make all updates of their plan.
        losses: list[Array] = []
        rates: list[Array] = []
        scores: list[Array] = []
        scorer = setup.scorer(batch.y if plan.scored else batch.y[:0])
        noise = setup.noise if plan.regularised else 0.0
        seen = images(setup.moved if plan.regularised else None)
        data = Data(batch.x, batch.y, self.order, size, setup.shuffle, noise, setup.parts, seen)
        grad = np.empty_like(self.theta)
        summed = np.empty_like(self.theta if setup.parts > 1 else self.theta[:0])
        work, net = setup.workspace(size), setup.forms.net(plan.regularised)
        objective = setup.forms.objective(plan.regularised)
        largest = setup.layout.largest_product(size)
        done, asked = 0, 0
        while done < plan.updates:
            goal = asked + (plan.every or plan.updates)
            count = min(self._stretches.next(size, largest), goal - done, plan.updates - done)
            rates.append(self._rates(plan, done, count, rows, size))
            losses.append(np.zeros(count))
            scores.append(np.zeros(count if plan.scored else 0))
            started = time.perf_counter()
            with helped(work.board, self._stretches.helped):
                made = training.train(
                    self.theta,
                    grad,
                    summed,
                    self.running,
                    self.slots,
                    self.average,
                    work,
                    data,
                    net,
                    objective,
                    rule,
                    rates[-1],
                    losses[-1],
                    scores[-1],
                    scorer,
                    self.clock,
                    self.random,
                    plan.look_every,
                    records,
                )
            done += made
            if made < count:
                bad = FirstBad(begin + done, self._name(int(self.clock[BAD_LAYER])))
                for stretch in (rates, losses, scores):
                    stretch[-1] = stretch[-1][: made + 1]
                return self._trace(begin, losses, rates, scores, bad, records, plan)
            self._stretches.took(count, time.perf_counter() - started)
            if plan.every == 0 or done == goal:
                asked = done
                if go_on is not None and not go_on(done):
                    break
        bad_weights = [n for n, w in self.weights().items() if not np.isfinite(w).all()]
        late = FirstBad(begin + done, bad_weights[0]) if bad_weights else None
        return self._trace(begin, losses, rates, scores, late, records, plan)

    def _minimise(self, batch: Batch, plan: Plan, go_on: Callable[[int], bool] | None) -> Trace:
        """All updates by a full-batch optimizer, in float64 whatever the set-up's precision."""
        name = plan.optimizer or self.setup.optimizer.name
        refuse_large(name, len(self.theta))
        twin = self.exact()
        rows = Batch(batch.x.astype(np.float64), batch.y.astype(np.float64))
        begin = self.updates

        def objective(theta: Array) -> tuple[float, Array, float]:
            twin.theta[:] = theta
            cost, loss, gradient = twin._cost_and_gradient(rows, plan.regularised)
            return cost, gradient, loss

        def accept(theta: Array, made: int) -> bool:
            self.theta[:], self.running[:] = theta, twin.running
            self.clock[STEP] = begin + made
            return go_on is None or bool(plan.every and made % plan.every) or go_on(made)

        losses = minimise(name, twin.theta.copy(), objective, plan.updates, accept)
        made = self.updates - begin
        bad = None
        if not np.isfinite(losses[-1]):
            work, net = self.setup.workspace(len(batch)), self.setup.net()
            theta = self.setup.effective(self.theta)
            network.forward(theta, self.running, batch.x, work, net, False, self.random)
            layer = network.first_bad_layer(len(batch), work, net)
            bad = FirstBad(begin + made, self._name(layer))
        kept = losses[: made + (bad is not None)]
        return Trace(kept, np.full(len(kept), np.nan), bad, self.setup.names)

    def exact(self) -> "Network":
        """A twin in float64 with the same parameters and averages."""
        twin = Network(self.setup.exact(), self.seed, self.theta.astype(np.float64))
        twin.running = self.running.astype(np.float64)
        return twin

    def parameters(self) -> dict[str, Array]:
        """Views by layer and kind."""
        return named(self.setup, self.theta)

    def cost(self, batch: Batch, regularised: bool = True) -> float:
        """What training minimises on these rows, penalties included, without noise or dropout."""
        return self._looked_at(batch, regularised)[0]

    def gradients(self, batch: Batch, regularised: bool = True) -> dict[str, Array]:
        """The gradient of `cost` by each of `parameters`."""
        return named(self.setup, self._looked_at(batch, regularised)[2])

    def pieces(self, batch: Batch) -> Array:
        """On which straight piece each unit with kinks is, for each row."""
        theta = self.setup.effective(self.theta)
        return pieces(self.setup, theta, self._averages(batch), self.random, batch)

    def _looked_at(self, batch: Batch, regularised: bool) -> tuple[float, float, Array]:
        refuse_unfit(self.setup, batch)
        kept = self.running.copy()
        try:
            return self._cost_and_gradient(batch, regularised)
        finally:
            self.running[:] = kept

    def _cost_and_gradient(self, batch: Batch, regularised: bool) -> tuple[float, float, Array]:
        return cost_and_gradient(
            self.setup, self.theta, self.running, self.random, batch, regularised
        )

    def _averages(self, batch: Batch) -> Array:
        return averages_for(self.setup, self._tested, self.running, batch)

    def snapshot(self) -> dict[str, Array]:
        """A copy of what the network computes with."""
        arrays = {"theta": self.theta, "running": self.running, "average": self.average}
        return {name: array.copy() for name, array in arrays.items()}

    def state(self) -> dict[str, Array]:
        """A copy of all that training goes on from, bit by bit."""
        more = {"slots": self.slots, "random": self.random, "clock": self.clock}
        more |= {"order": self.order, "optimizer": np.array(self.optimizer)}
        return self.snapshot() | {name: array.copy() for name, array in more.items()}

    def load(self, arrays: Mapping[str, Array]) -> None:
        """Takes over what `snapshot` or `state` gave."""
        for name, array in arrays.items():
            setattr(self, name, str(array) if name == "optimizer" else array.copy())

    def _outputs(self, batch: Batch, net: Net, state: Array, dropping: bool) -> Array:
        out = np.empty((len(batch), self.setup.layers[-1].units), self.setup.dtype)
        work, averages, theta = self.setup.workspace(CHUNK), self._averages(batch), self._tested
        with helped(work.board, self._large(batch)):
            for start in range(0, len(batch), CHUNK):
                x = batch.x[start : start + CHUNK]
                out[start : start + CHUNK] = network.forward(
                    theta, averages, x, work, net, dropping, state
                )
        return out

    def _trace(
        self,
        begin: int,
        losses: list[Array],
        rates: list[Array],
        scores: list[Array],
        bad: FirstBad | None,
        records: Array,
        plan: Plan,
    ) -> Trace:
        kept = records[: int(self.clock[RECORDS])] if plan.look_every else records[:0]
        first = -(-begin // max(plan.look_every, 1))
        steps = (first + np.arange(len(kept))) * plan.look_every
        loss, score = (np.concatenate([np.zeros(0), *each]) for each in (losses, scores))
        rate = np.concatenate([np.zeros(0, self.setup.dtype), *rates])
        return Trace(loss, rate, bad, self.setup.names, steps, kept, score)

    def begin(self, optimizer: str, rows: int, averaged: bool) -> None:
        """Makes what this optimizer and so many rows need; what fits them already stays."""
        if optimizer != self.optimizer:
            self.optimizer, self.clock[MADE] = optimizer, 0
            self.slots = np.zeros((OPTIMIZERS[optimizer].slots, len(self.theta)), self.setup.dtype)
        if len(self.order) != rows:
            self.order, self.clock[POSITION] = np.arange(rows), 0
        if not averaged:
            self.average = self.theta[:0]
        elif not len(self.average):
            self.average = self.theta.copy()

    def _rates(self, plan: Plan, done: int, count: int, rows: int, size: int) -> Array:
        """Of the next updates [count], of which so many are done of the plan."""
        if plan.rate is None:
            first = int(self.clock[STEP])
            with np.errstate(over="ignore", invalid="ignore"):  # a factor above 1 may grow so far
                return self.setup.rates(first, count, rows, size).astype(self.setup.dtype)
        rates = np.asarray(plan.rate, self.setup.dtype)
        rates = rates[done : done + count] if rates.size > 1 else rates
        return np.broadcast_to(rates, count).copy()

    def _name(self, layer: int) -> str:
        return self.setup.names[layer] if layer < len(self.setup.names) else "loss"
