"""Our own multi-layer perceptron as a `Trainable`: set-up here, numbers in the engine."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from ..engine import losses, network, stages
from ..engine.activations import ACTIVATIONS
from ..engine.initializers import INITIALIZERS
from ..engine.instruments import COLUMNS, MEAN, SATURATED, STD, ZEROS, observe
from ..engine.jit import matrix, pointer, vector
from ..engine.layout import Layout, layout
from ..engine.optimizers import OPTIMIZERS, Optimizer
from ..engine.random import seeded
from ..engine.schedules import SCHEDULES
from ..trace import FirstBad, Trace
from ..trainable import Array, Batch, LayerStats, Plan, Task

CHUNK = 1024  # rows that are evaluated at a time
SPAN = 0.1  # seconds of compiled work after which Python gets its say
BINS = 16
FLAT = 0.06  # an entry is saturated below this share of the largest slope: |tanh| above 0.97


@dataclass(frozen=True)
class Unit:
    """A named choice with its settings, such as leaky_relu(0.1) or normal(0, 0.01)."""

    name: str
    settings: tuple[float, ...] = ()


@dataclass(frozen=True)
class Dense:
    """One dense layer, everything stated."""

    units: int
    activation: Unit
    init: Unit
    bias: bool = True
    bias_init: Unit = field(default_factory=lambda: Unit("zeros"))
    dropout: float = 0.0
    l1: float = 0.0
    l2: float = 0.0


@dataclass(frozen=True)
class MLP:
    """A stack of dense layers with everything that is needed to train it."""

    task: Task
    inputs: int
    layers: tuple[Dense, ...]
    optimizer: Unit
    optimizer_settings: Mapping[str, float] = field(default_factory=dict)
    rate: float = 1e-3
    schedule: str = "constant"
    schedule_settings: Mapping[str, float] = field(default_factory=dict)
    schedule_per_epoch: bool = False
    batch_size: int = 32
    shuffle: bool = True
    clip_value: float = 0.0
    clip_norm: float = 0.0
    weight_decay: float = 0.0
    max_norm: float = 0.0
    ema: float = 0.0
    dtype: np.dtype[Any] = field(default_factory=lambda: np.dtype(np.float32))

    def fresh(self, seed: int) -> "Network":
        """A new start: parameters, batches and dropout drawn from `seed`."""
        return Network(self, seed)

    @cached_property
    def layout(self) -> Layout:
        """Where each layer's parameters lie in theta."""
        layers = self.layers
        return layout(self.inputs, [one.units for one in layers], [one.bias for one in layers])

    @cached_property
    def names(self) -> tuple[str, ...]:
        """How the layers are called in findings."""
        hidden = (f"layer {number}" for number in range(1, len(self.layers)))
        return (*hidden, "output")

    @cached_property
    def loss(self) -> losses.Loss:
        """The loss of the task."""
        return losses.find(self.task.loss, self.task.from_logits)

    @property
    def per_row(self) -> int:
        """Over how many numbers a row's loss is averaged."""
        return self.layers[-1].units if self.loss.per_output else 1

    @cached_property
    def loss_pointer(self) -> int:
        """The loss, compiled for this dtype."""
        m, scalar = matrix(self.dtype), vector(self.dtype).dtype
        return pointer(self.loss.value_and_gradient, m, m, m, scalar, vector(np.float64))

    @cached_property
    def units(self) -> Array:
        """[L, 2]: each layer's forward and backward kernel, compiled for this dtype."""
        m, v = matrix(self.dtype), vector(self.dtype)
        chosen = [ACTIVATIONS[layer.activation.name] for layer in self.layers]
        addresses = [(pointer(c.forward, m, m, v), pointer(c.backward, m, m, m, v)) for c in chosen]
        return np.array(addresses, np.int64)

    def amounts(self, optimizer: Optimizer, regularised: bool = True) -> Array:
        """How much of each stage around the optimizer (`engine.stages`), float64."""
        decay = (0.0, self.weight_decay) if optimizer.decoupled else (self.weight_decay, 0.0)
        rest = (*decay, self.max_norm, self.ema) if regularised else np.zeros(4)
        return np.array([self.clip_value, self.clip_norm, *rest])

    def numbers(self, regularised: bool = True, l2: float | None = None) -> Array:
        """[L, 5]: each layer's settings for compiled code; `l2` replaces all penalties."""
        rows = []
        for layer in self.layers:
            unit = ACTIVATIONS[layer.activation.name]
            defaults = tuple(default for _, default in unit.settings)
            setting = (layer.activation.settings or defaults or (0.0,))[0]
            penalties = (layer.l1, layer.l2) if l2 is None else (0.0, l2)
            noise = (*penalties, layer.dropout) if regularised else (0.0, 0.0, 0.0)
            rows.append((setting, FLAT * (unit.max_slope or 0.0), *noise))
        return np.array(rows, self.dtype)

    def initial(self, seed: int) -> Array:
        """theta [P] as the initialisers draw it, the same for both precisions before rounding."""
        theta = np.zeros(self.layout.parameters)
        rng = np.random.default_rng(np.random.SeedSequence([seed, 1]))
        weights, biases = self.layout.weights(theta), self.layout.bias(theta)
        for layer, w, b in zip(self.layers, weights, biases, strict=True):
            for values, unit in ((w, layer.init), (b, layer.bias_init)):
                draw = INITIALIZERS[unit.name].draw
                values[...] = draw(rng, values.shape, *w.shape, *unit.settings)
        return theta.astype(self.dtype)

    def rates(self, first: int, count: int, rows: int, batch: int) -> Array:
        """The scheduled learning rates of updates first, first + 1, ... [count]."""
        steps = np.arange(first, first + count, dtype=np.float64)
        schedule = SCHEDULES[self.schedule]
        times = steps // -(-rows // batch) if self.schedule_per_epoch else steps
        given = dict(schedule.settings) | dict(self.schedule_settings)
        return self.rate * schedule.factor(times, **given)


class Network:
    """One start of an `MLP`: the parameters and the state of its training."""

    def __init__(self, setup: MLP, seed: int) -> None:
        self.setup = setup
        self.theta = setup.initial(seed)
        self.random = seeded(seed, 2)
        self.clock = np.zeros(5, np.int64)
        self.order = np.zeros(0, np.int64)
        self.optimizer = ""
        self.slots = np.zeros((0, 0), setup.dtype)
        self.average = self.theta[:0]  # without `ema`, and before the first update

    @property
    def tested(self) -> Array:
        """theta [P] at test time: the running average, where there is one."""
        return self.average if len(self.average) else self.theta

    def weights(self) -> dict[str, Array]:
        """A view of W [D_in, D_out] for each layer."""
        views = self.setup.layout.weights(self.theta)
        return dict(zip(self.setup.names, views, strict=True))

    def loss(self, batch: Batch) -> float:
        """The mean data loss, without penalty or dropout, whatever the reduction."""
        setup = self.setup
        z, a = self._workspaces(CHUNK, 2)
        d = np.empty(CHUNK * setup.layers[-1].units, setup.dtype)
        table, numbers = setup.layout.table, setup.numbers(regularised=False)
        total = network.loss_of(
            self.tested, batch.x, batch.y, z, a, d, CHUNK, table, setup.units, numbers,
            setup.loss_pointer,
        )  # fmt: skip
        return float(total) / (len(batch) * setup.per_row)

    def objective(self, batch: Batch, l2: float) -> float:
        """The data loss plus the penalty that training would add under this strength of L2."""
        numbers = self.setup.numbers(l2=l2)
        return self.loss(batch) + float(
            network.penalty(self.tested, self.setup.layout.table, numbers)
        )

    def outputs(self, batch: Batch) -> Array:
        """What the last layer puts out, [B, K], without dropout."""
        setup, (z, a) = self.setup, self._workspaces(CHUNK, 2)
        table, numbers = setup.layout.table, setup.numbers(regularised=False)
        out = np.empty((len(batch), setup.layers[-1].units), setup.dtype)
        for start in range(0, len(batch), CHUNK):
            x = batch.x[start : start + CHUNK]
            out[start : start + CHUNK] = network.forward(
                self.tested, x, z, a, CHUNK, table, setup.units, numbers
            )
        return out

    def activations(self, batch: Batch) -> tuple[LayerStats, ...]:
        """Statistics of each layer's output on all rows at once, without dropout."""
        setup, rows = self.setup, len(batch)
        z, a, scratch = self._workspaces(rows, 3)
        table, numbers = setup.layout.table, setup.numbers(regularised=False)
        network.forward(self.tested, batch.x, z, a, rows, table, setup.units, numbers)
        stats: list[LayerStats] = []
        for index, layer in enumerate(setup.layers):
            values = network.rows_of(a, table, index, rows, rows)
            before = network.rows_of(z, table, index, rows, rows)
            flat = network.rows_of(scratch, table, index, rows, rows)
            unit, bound = ACTIVATIONS[layer.activation.name], numbers[index, network.SLOPE_BOUND]
            record = np.zeros(COLUMNS)
            observe(before, values, flat, setup.units[index, 1], numbers[index], bound, record)
            finite = values[np.isfinite(values)].astype(np.float64)
            complete = len(finite) == values.size
            some = finite if len(finite) else np.full(1, np.nan)
            stats.append(
                LayerStats(
                    name=setup.names[index],
                    units=layer.units,
                    activation=layer.activation.name,
                    mean=float(record[MEAN] if complete else some.mean()),
                    std=float(record[STD] if complete else some.std()),
                    row_std=_row_std(values),
                    minimum=float(some.min()),
                    maximum=float(some.max()),
                    zeros=float(record[ZEROS]),
                    saturated=float(record[SATURATED]) if bound > 0 else None,
                    dead=int((values == 0).all(axis=0).sum()) if unit.can_die else None,
                    nonfinite=1 - len(finite) / values.size,
                    counts=_histogram(finite),
                    is_output=index == len(setup.layers) - 1,
                    input_std=stats[-1].row_std if stats else _row_std(batch.x),
                )
            )
        return tuple(stats)

    def train(self, batch: Batch, plan: Plan, go_on: Callable[[int], bool] | None = None) -> Trace:
        """Trains in place, a tenth of a second or `plan.every` updates a compiled call."""
        setup, rows = self.setup, len(batch)
        size = rows if plan.batch_size == 0 else min(plan.batch_size or setup.batch_size, rows)
        update = self._update(plan)
        numbers = setup.numbers(plan.regularised)
        work = np.empty((3, size * setup.layout.units), setup.dtype)
        dropping = bool(numbers[:, network.DROPOUT].any())
        mask = np.empty(work.shape[1] if dropping else 0, setup.dtype)
        grad = np.empty_like(self.theta)
        rates = self._rates(plan, rows, size)
        if len(self.order) != rows:
            self.order, self.clock[network.POSITION] = np.arange(rows), 0
        begin = int(self.clock[network.STEP])
        looks = -(-plan.updates // plan.look_every) + 1 if plan.look_every else 1
        records = np.zeros((looks, len(setup.layers), COLUMNS))
        self.clock[network.RECORDS] = 0
        measured = np.zeros(plan.updates)
        done, span, asked = 0, 1, 0
        while done < plan.updates:
            goal = asked + (plan.every or plan.updates)
            count = min(span, goal - done, plan.updates - done)
            started = time.perf_counter()
            made = network.train(
                self.theta, grad, work, mask, batch.x, batch.y, self.order, size,
                setup.shuffle, self.random, setup.layout.table, setup.units, numbers,
                setup.loss_pointer, setup.per_row, setup.task.reduction == "sum",
                *update, rates[done : done + count], measured[done : done + count], self.clock,
                plan.look_every, records,
            )  # fmt: skip
            done += made
            if made < count:
                bad = FirstBad(begin + done, self._name(int(self.clock[network.BAD_LAYER])))
                return self._trace(
                    begin, measured[: done + 1], rates[: done + 1], bad, records, plan
                )
            elapsed = max(time.perf_counter() - started, 1e-6)
            span = max(1, min(int(SPAN / elapsed * count), 8 * span))
            if plan.every == 0 or done == goal:
                asked = done
                if go_on is not None and not go_on(done):
                    break
        bad_weights = [n for n, w in self.weights().items() if not np.isfinite(w).all()]
        late = FirstBad(begin + done, bad_weights[0]) if bad_weights else None
        return self._trace(begin, measured[:done], rates[:done], late, records, plan)

    def _trace(
        self,
        begin: int,
        loss: Array,
        rate: Array,
        bad: FirstBad | None,
        records: Array,
        plan: Plan,
    ) -> Trace:
        kept = records[: int(self.clock[network.RECORDS])] if plan.look_every else records[:0]
        first = -(-begin // max(plan.look_every, 1))
        steps = (first + np.arange(len(kept))) * plan.look_every
        return Trace(loss.copy(), rate, bad, self.setup.names, steps, kept)

    def _update(self, plan: Plan) -> tuple[Any, ...]:
        """What `network.train` takes of the optimizer of a plan and of the stages around it."""
        setup, own = self.setup, plan.optimizer in (None, self.setup.optimizer.name)
        optimizer = OPTIMIZERS[plan.optimizer or setup.optimizer.name]
        if optimizer.name != self.optimizer:
            self.optimizer, self.clock[network.MADE] = optimizer.name, 0
            self.slots = np.zeros((optimizer.slots, len(self.theta)), setup.dtype)
        amounts = setup.amounts(optimizer, plan.regularised and own)
        if amounts[stages.AVERAGE] == 0:
            self.average = self.theta[:0]
        elif not len(self.average):
            self.average = self.theta.copy()
        settings = optimizer.pack(setup.optimizer_settings if own else {})
        around = stages.addresses(amounts, setup.dtype), amounts, self.average
        return self.slots, optimizer.pointer(setup.dtype), settings, setup.layout.arrays, *around

    def _rates(self, plan: Plan, rows: int, size: int) -> Array:
        if plan.rate is None:
            first = int(self.clock[network.STEP])
            return self.setup.rates(first, plan.updates, rows, size).astype(self.setup.dtype)
        return np.broadcast_to(np.asarray(plan.rate, self.setup.dtype), plan.updates).copy()

    def _name(self, layer: int) -> str:
        return self.setup.names[layer] if layer < len(self.setup.names) else "loss"

    def _workspaces(self, rows: int, count: int) -> Array:
        return np.empty((count, rows * self.setup.layout.units), self.setup.dtype)


def _histogram(values: Array) -> tuple[int, ...]:
    """Counts in BINS bins from the least to the largest; one bin where they can't be told apart."""
    if not len(values):
        return ()
    low, high = float(values.min()), float(values.max())
    finest = BINS * np.spacing(max(abs(low), abs(high)))
    if not finest < high - low < np.inf:
        return (len(values),)
    return tuple(np.histogram(values, BINS)[0].tolist())


def _row_std(values: Array) -> float:
    with np.errstate(invalid="ignore", over="ignore"):
        variances = values.astype(np.float64).var(axis=0)
    return float(np.sqrt(variances.mean()))
