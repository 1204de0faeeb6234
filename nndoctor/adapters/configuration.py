"""All that is needed to train a multi-layer perceptron, and its forms for compiled code."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache, cached_property
from math import ceil
from typing import Any, NamedTuple, Self

import numpy as np

from ..engine import losses, stages
from ..engine.activations import ACTIVATIONS, pieces
from ..engine.jit import matrix, pointer, vector
from ..engine.layout import WIDTH, Layout, Shape
from ..engine.normalization import NORMALIZATIONS
from ..engine.optimizers import OPTIMIZERS
from ..engine.schedules import SCHEDULES
from ..engine.scoring import (
    ARGMAX,
    LABELS,
    LINEAR,
    NEAREST,
    SIGMOID,
    SOFTMAX,
    SQUARES,
    THRESHOLD,
    Scorer,
)
from ..engine.structure import NUMBERS, Net, Objective, Rule, Work, workspace
from ..engine.weight_norm import effective
from ..scores import has_probabilities, threshold
from ..trainable import Array, Task
from .dense import Dense, Unit
from .full_batch import METHODS, SLOTS, SQUARE
from .moved import Moved
from .newton import NAME

CHUNK = 1024  # rows that are evaluated at a time
FLAT = 0.06  # an entry is saturated below this share of the largest slope: |tanh| above 0.97


class Forms(NamedTuple):
    """A configuration's forms for compiled code, each made once for the same arguments."""

    net: Callable[[bool], Net]
    objective: Callable[[bool], Objective]
    rule: Callable[[str, bool], Rule]


@dataclass(frozen=True)
class Configuration:
    """A stack of dense layers with everything that is needed to train it.

    `loss_scale`: what the loss is multiplied by where it is minimised, not where it is told.
    `smoothing`: share of each target spread over all classes; `class_weights`: one a class, or
    none, whose mean is over their sum or `weighed_by_rows`; `noise`: standard deviation added to
    the inputs; `parts`: batches averaged to an update.
    `moved`: how rows are moved as images, or none.
    `prior`: what the last bias starts from [K], or none.
    `sample` [S, D] are the training rows that layers such as those of lsuv are fitted to.
    `start`: theta [P] of every start, in place of drawn weights, and the `averages` of batch norms.
    """

    task: Task
    inputs: int
    layers: tuple[Dense, ...]
    optimizer: Unit
    optimizer_settings: Mapping[str, float] = field(default_factory=dict)
    rate: float = 1e-3
    schedule: str = "constant"
    schedule_settings: Mapping[str, float | tuple[float, ...]] = field(default_factory=dict)
    schedule_per_epoch: bool = False
    warmup: int = 0
    epochs: int = 1
    batch_size: int = 32
    shuffle: bool = True
    clip_value: float = 0.0
    clip_norm: float = 0.0
    weight_decay: float = 0.0
    max_norm: float = 0.0
    ema: float = 0.0
    dtype: np.dtype[Any] = field(default_factory=lambda: np.dtype(np.float32))
    loss_settings: tuple[float, ...] = ()
    loss_scale: float = 1.0
    smoothing: float = 0.0
    class_weights: tuple[float, ...] = ()
    weighed_by_rows: bool = False
    noise: float = 0.0
    moved: Moved | None = field(default=None, compare=False, repr=False)
    prior: tuple[float, ...] = ()
    parts: int = 1
    sample: Array | None = field(default=None, compare=False, repr=False)
    start: Array | None = field(default=None, compare=False, repr=False)
    averages: Array | None = field(default=None, compare=False, repr=False)

    def __getstate__(self) -> dict[str, Any]:
        """Without what is cached: addresses of compiled code are those of one process alone."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    def exact(self) -> Self:
        """The same set-up in float64."""
        return replace(self, dtype=np.dtype(np.float64))

    def surrogates(self) -> tuple[str, ...]:
        """The layers whose activation has another slope in the backward pass than its own."""
        units = (ACTIVATIONS[layer.activation.name] for layer in self.layers)
        return tuple(n for n, unit in zip(self.names, units, strict=True) if unit.surrogate)

    @cached_property
    def layout(self) -> Layout:
        """Where each layer's parameters lie in theta."""
        shapes = [
            Shape(
                layer.units,
                layer.bias,
                pieces(layer.activation.name, layer.setting),
                bool(layer.norm),
                ACTIVATIONS[layer.activation.name].learnt,
                layer.linear,
                bool(layer.weight_norm),
            )
            for layer in self.layers
        ]
        return Layout(self.inputs, tuple(shapes))

    def effective(self, theta: Array) -> Array:
        """theta [P] with the weights themselves in the place of directions: a copy, or theta."""
        form = self.layout
        if not form.weight_norm:
            return theta
        return np.asarray(effective(theta, np.empty_like(theta), form.table))

    @property
    def parameters(self) -> int:
        """How many numbers there are to learn."""
        return self.layout.parameters

    @cached_property
    def names(self) -> tuple[str, ...]:
        """How the layers are called in findings."""
        names, number = [], 0
        for layer in self.layers[:-1]:
            number += layer.linear
            if layer.linear:
                names.append(f"layer {number}")
            else:
                names.append(f"layer {number} norm" if number else "input")
        return (*names, "output")

    @cached_property
    def loss(self) -> losses.Loss:
        """The loss of the task."""
        return losses.find(self.task.loss, self.task.from_logits)

    @property
    def full_batch(self) -> bool:
        """Whether its optimizer needs all rows at once and all its updates in one go."""
        return self.optimizer.name in METHODS

    @property
    def passes(self) -> int:
        """How many gradients of its rows an update takes."""
        return 2 * self.parameters if self.optimizer.name == NAME else 1

    @property
    def per_row(self) -> int:
        """Over how many numbers a row's loss is averaged."""
        return self.layers[-1].units if self.loss.per_output else 1

    @cached_property
    def units(self) -> Array:
        """[L, 4]: addresses of each layer's kernels, compiled for this dtype."""
        import numba

        m, v = matrix(self.dtype), vector(self.dtype)
        rows = []
        for layer in self.layers:
            unit, norm = ACTIVATIONS[layer.activation.name], NORMALIZATIONS.get(layer.norm)
            there = back = 0
            if norm is not None:
                there = pointer(norm.forward, m, m, v, v, v, v, v, numba.types.boolean)
                back = pointer(norm.backward, m, m, v, v, v, v)
            ours = pointer(unit.forward, m, v, m, v), pointer(unit.backward, m, m, m, v, v, v)
            rows.append((*ours, there, back))
        return np.array(rows, np.int64)

    @cached_property
    def forms(self) -> Forms:
        """Kept, since a small net trains for as long as it takes to make a few of them."""
        return Forms(cache(self.net), cache(self.objective), cache(self.rule))

    def net(self, regularised: bool = True, l2: float | None = None) -> Net:
        """The network's form for compiled code; `l2` replaces all penalties."""
        numbers = np.zeros((len(self.layers), NUMBERS))
        for row, layer in zip(numbers, self.layers, strict=True):
            unit, norm = ACTIVATIONS[layer.activation.name], NORMALIZATIONS.get(layer.norm)
            of_norm = (
                layer.norm_settings or tuple(value for _, value in norm.settings) if norm else ()
            )
            penalties = (layer.l1, layer.l2, layer.lq) if l2 is None else (0.0, l2, 0.0)
            dropout = layer.dropout if regularised else 0.0
            kept = 1.0 if layer.scale_at_test else 1.0 / (1.0 - dropout)
            at_test = 1.0 - dropout if layer.scale_at_test else 1.0
            row[:] = (
                layer.setting,
                FLAT * (unit.max_slope or 0.0),
                *(penalties if regularised else (0.0, 0.0, 0.0)),
                layer.q,
                dropout,
                kept,
                at_test,
                *(of_norm if norm else (0.0, 0.0, 0.0)),
            )
        return Net(self.layout.table, self.units, numbers.astype(self.dtype))

    def objective(self, regularised: bool = True) -> Objective:
        """What is minimised, for compiled code; smoothing and weights only where regularised."""
        m, v = matrix(self.dtype), vector(self.dtype)
        kernel = pointer(self.loss.value_and_gradient, m, m, m, v, v)
        settings = self.loss_settings or tuple(value for _, value in self.loss.settings) or (0.0,)
        binary = self.task.loss == "binary_cross_entropy"
        return Objective(
            kernel,
            np.array(settings, self.dtype),
            float(self.loss_scale),
            self.per_row,
            self.task.reduction == "sum",
            self.smoothing if regularised else 0.0,
            2 if binary else max(self.layers[-1].units, 2),
            np.array(self.class_weights if regularised else (), self.dtype),
            self.weighed_by_rows,
        )

    def scorer(self, y: Array) -> Scorer:
        """How outputs are scored against these targets [N, T], for compiled code."""
        task, kind, link = self.task, NEAREST, LINEAR
        if task.kind == "regression":
            kind = SQUARES
            if has_probabilities(task) and task.from_logits:
                link = SIGMOID if task.loss == "binary_cross_entropy" else SOFTMAX
        elif task.kind == "multilabel":
            kind = LABELS
        elif task.encoding == "class" and self.layers[-1].units > 1:
            kind = ARGMAX
        elif task.values == (0.0, 1.0):
            kind = THRESHOLD
        variance = 0.0
        if kind == SQUARES and len(y):
            with np.errstate(all="ignore"):
                variance = float(y.var(axis=0, dtype=np.float64).sum())
        return Scorer(
            kind,
            link,
            threshold(task),
            task.encoding == "class",
            np.array(task.values, np.float64),
            variance,
        )

    def rule(self, name: str, regularised: bool = True) -> Rule:
        """An optimizer and its stages for compiled code; a foreign one keeps clipping only."""
        optimizer, own = OPTIMIZERS[name], name == self.optimizer.name
        decay = (0.0, self.weight_decay) if optimizer.decoupled else (self.weight_decay, 0.0)
        rest = (*decay, self.max_norm, self.ema) if regularised and own else (0.0,) * 4
        factors = [layer.rate_scale for layer in self.layers]
        scaled = factors if any(factor != 1 for factor in factors) else ()
        amounts = np.array([self.clip_value, self.clip_norm, *rest, *scaled])
        return Rule(
            optimizer.pointer(self.dtype),
            optimizer.pack(self.optimizer_settings if own else {}),
            self.layout.arrays,
            stages.addresses(amounts, self.dtype),
            amounts,
        )

    @property
    def watches_loss(self) -> bool:
        """Whether its schedule goes by what is seen of the loss."""
        return SCHEDULES[self.schedule].watches_loss

    def rates(self, first: int, count: int, rows: int, batch: int) -> Array:
        """The scheduled learning rates of updates first, first + 1, ... [count]."""
        return self.rates_at(np.arange(first, first + count, dtype=np.float64), rows, batch)

    def rates_at(self, times: Array, rows: int, batch: int) -> Array:
        """The same of any updates [count], by their numbers."""
        schedule, epoch = SCHEDULES[self.schedule], ceil(ceil(rows / batch) / self.parts)
        total = self.epochs * epoch
        if self.schedule_per_epoch:
            times, total = times // epoch, self.epochs
        given = dict(schedule.settings) | dict(self.schedule_settings)
        factors = schedule.warmed_up(times, total, self.warmup, **given)
        return factors if schedule.absolute else self.rate * factors

    def bytes_needed(self, rows: int) -> float:
        """About how much memory a training run on so many rows takes beside the rows."""
        form, size, name = self.layout, self.dtype.itemsize, self.optimizer.name
        vectors = 4.0 + (self.ema > 0) + (self.parts > 1)  # theta, its gradient, room, a copy
        vectors += form.weight_norm
        vectors += SLOTS.get(name) or OPTIMIZERS[name].slots
        if name in SQUARE:
            vectors += 4 * form.parameters
        batch = rows if self.full_batch else max(CHUNK, min(self.batch_size, rows))
        return form.parameters * (8 + size * vectors) + batch * size * (
            form.places + 3 * form.units
        )

    def workspace(self, rows: int) -> Work:
        """Room for a forward and a backward pass over so many rows."""
        form = self.layout
        dropping = any(layer.dropout for layer in self.layers)
        return workspace(
            rows,
            form.places,
            form.units,
            self.dtype,
            masks=form.units * dropping,
            normed=form.normed,
            layers=len(self.layers),
            widest=max(form.table[:, WIDTH]),
        )
