"""The small protocol between the checks and whatever is trained.

A `Trainable` is a set-up that can be started afresh as often as a check needs; a `Model` is one
start of it. Checks see these and nothing else, so they work the same on our own MLP engine and on
a user's own network. Shapes: B rows, D features, K outputs, T target columns.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from .trace import Trace

Array = NDArray[Any]


@dataclass(frozen=True)
class Batch:
    """Rows to train or to judge on: x [B, D]; y [B, T], or class numbers [B, 1]."""

    x: Array
    y: Array

    def __len__(self) -> int:
        return len(self.x)

    @cached_property
    def highest_class(self) -> int:
        """The largest class number in y; -1 where an entry is none, as NaN, -1 or 0.5."""
        low, high = float(self.y.min(initial=0)), float(self.y.max(initial=0))
        whole = self.y.dtype.kind in "biu" or bool((self.y == np.floor(self.y)).all())
        return int(high) if whole and low >= 0 and math.isfinite(high) else -1

    def rows(self, index: Array | slice) -> "Batch":
        """Some of the rows, in the given order."""
        return Batch(np.ascontiguousarray(self.x[index]), np.ascontiguousarray(self.y[index]))

    def sample(self, most: int) -> "Batch":
        """At most so many rows, evenly spaced: the first of a sorted file are all of one class."""
        if len(self) <= most:
            return self
        return self.rows(np.linspace(0, len(self) - 1, most).astype(np.int64))


@dataclass(frozen=True)
class Task:
    """What is to be learned and by which loss.

    `encoding` "class" means y holds class numbers 0..C-1, "numeric" that it holds the values
    the loss is computed on. `values` are the numbers that stand for `labels` under "numeric".
    `delta`: where huber turns from squares to distances. `places`: of a row that each have a class
    of their own, as of a sequence that is tagged: then y holds class numbers [B, places], outputs
    are [B, places * K], those of a place side by side, and the kind is that of several labels.
    """

    kind: Literal["classification", "multilabel", "regression"]
    loss: str
    outputs: int
    from_logits: bool = True
    reduction: Literal["mean", "sum"] = "mean"
    encoding: Literal["class", "numeric"] = "numeric"
    labels: tuple[str, ...] = ()
    values: tuple[float, ...] = ()
    output_activation: str = "linear"
    delta: float = 1.0
    places: int = 1


@dataclass(frozen=True)
class LayerPlan:
    """One layer as the set-up asks for it; `norm`: batch_norm, layer_norm or nothing.

    `fitted`: the rows decide the size of its first weights. `linear`: it has weights, and does
    not only normalise what it gets.
    """

    name: str
    inputs: int
    units: int
    activation: str
    init: str
    bias: bool
    dropout: float
    norm: str
    is_output: bool
    fitted: bool = False
    linear: bool = True


@dataclass(frozen=True)
class Blueprint:
    """What can be said of a set-up without running it.

    `rate` is the highest of the run and `factors` its share at ten times evenly spread over it, the
    last one at its end; `settings` are the optimizer's; `decay`: weight decay and l2 together, of
    the layer with most; `metrics`: what its user judges it by.
    """

    layers: tuple[LayerPlan, ...]
    parameters: int
    optimizer: str
    rate: float
    settings: Mapping[str, float]
    schedule: str
    factors: tuple[float, ...]
    batch_size: int
    updates: int
    epochs: int
    shuffle: bool
    l1: float
    decay: float
    rows: int
    validation_rows: int
    metrics: tuple[str, ...] = ()


@dataclass(frozen=True)
class LayerStats:
    """What one layer put out on a batch: over all rows and units unless said otherwise.

    `saturated` is the share of entries whose slope is below 6 % of the activation's largest
    slope (None where the activation does not saturate); `dead` counts units that are zero on
    every row (None where it cannot die); `nonfinite` is a share; moments are of finite entries.
    `counts` is a histogram from `low` to `high`, the same for all layers of the network;
    `beyond` are the shares of values before the activation farther from 0 than 3, and than 4.
    `row_std`: how differently it answers to different rows, the root mean square over units of
    each unit's standard deviation across rows; `input_std` the same of what it gets.
    `linear`: it has weights, and does not only normalise what it gets.
    """

    name: str
    units: int
    activation: str
    mean: float
    std: float
    row_std: float
    minimum: float
    maximum: float
    zeros: float
    saturated: float | None
    dead: int | None
    nonfinite: float
    counts: tuple[int, ...]
    low: float
    high: float
    beyond: tuple[float, float]
    is_output: bool = False
    input_std: float = 1.0
    linear: bool = True

    @property
    def is_hidden(self) -> bool:
        """Whether it is a layer of its own between the inputs and the outputs."""
        return self.linear and not self.is_output


@dataclass(frozen=True)
class Plan:
    """How one training run goes; None means: as the set-up says.

    `batch_size` 0: all rows. `rate`: one learning rate for all updates, or one for each.
    `regularised` False: no penalty, dropout, weight decay, max-norm or running average.
    `every`: after how many updates the caller is asked whether to go on, 0: about ten times a
    second. `look_every`: how often the layers are looked at (`Trace.looks`), 0: never.
    `scored`: whether batches are scored (`Trace.score`).
    """

    updates: int
    batch_size: int | None = None
    optimizer: str | None = None
    rate: float | Array | None = None
    regularised: bool = True
    every: int = 0
    look_every: int = 0
    scored: bool = False


class Model(Protocol):
    """One start of a set-up: it can be looked at without changing it, and trained."""

    def loss(self, batch: Batch) -> float:
        """The data loss, without any penalty and without noise."""
        ...

    def outputs(self, batch: Batch) -> Array:
        """What the last layer puts out, [B, K]."""
        ...

    def train(self, batch: Batch, plan: Plan, go_on: Callable[[int], bool] | None = None) -> Trace:
        """Trains in place; `go_on` gets the updates done so far, False ends the run."""
        ...


class Trainable(Protocol):
    """A training set-up that can be started afresh."""

    @property
    def task(self) -> Task: ...

    def fresh(self, seed: int) -> Model:
        """A new start: same set-up, parameters and batches drawn from `seed`."""
        ...


@runtime_checkable
class HasWeights(Protocol):
    """A model that shows its weights."""

    def weights(self) -> Mapping[str, Array]:
        """The weight matrices [inputs, units] by layer, without biases."""
        ...


@runtime_checkable
class HasFrozen(Protocol):
    """A model some of whose layers may be kept as they are on purpose."""

    def frozen(self) -> frozenset[str]:
        """The layers of which nothing is to learn."""
        ...


def frozen_layers(model: object) -> frozenset[str]:
    """Those that are kept as they are on purpose; none where a model does not say."""
    return model.frozen() if isinstance(model, HasFrozen) else frozenset()


@runtime_checkable
class HasPenalty(HasWeights, Protocol):
    """A model whose objective can be asked for under any strength of L2."""

    def objective(self, batch: Batch, l2: float) -> float:
        """The data loss plus l2/2 times the sum of squared weights, and no other penalty."""
        ...


@runtime_checkable
class HasActivations(Protocol):
    """A model that shows what its layers put out."""

    def activations(self, batch: Batch) -> tuple[LayerStats, ...]:
        """Statistics of each layer's output, first layer first."""
        ...


@runtime_checkable
class HasValues(Protocol):
    """A model that gives what its layers put out, entry by entry."""

    def values(self, batch: Batch) -> Mapping[str, Array]:
        """Each layer's output [B, n] by the layer's name, first layer first, without dropout."""
        ...


@runtime_checkable
class HasBatchMode(Protocol):
    """A model whose training mode can be looked at."""

    def as_batch(self, batch: Batch) -> tuple[float, Array]:
        """Mean data loss and outputs [B, K] of these rows as one batch of training sees them.

        By their own statistics where a norm takes any, without dropout, noise or penalty.
        """
        ...


@runtime_checkable
class HasGradients(Protocol):
    """A model whose parameters can be moved one by one, and that tells its gradients."""

    def parameters(self) -> Mapping[str, Array]:
        """Views by name ("layer 1 weights", "layer 1 bias", ...): writing into them moves it."""
        ...

    def cost(self, batch: Batch, regularised: bool = True) -> float:
        """What training minimises on these rows, penalties included, without noise or dropout."""
        ...

    def gradients(self, batch: Batch, regularised: bool = True) -> Mapping[str, Array]:
        """The gradient of `cost` by each of `parameters`, in their shapes."""
        ...

    def pieces(self, batch: Batch) -> Array:
        """On which side of its kinks each unit is for each row; equal where it did not flip."""
        ...


@runtime_checkable
class HasExactTwin(Protocol):
    """A set-up that can be had in float64."""

    def exact(self) -> Trainable:
        """The same set-up in float64; a seed starts it from the same numbers before rounding."""
        ...


@runtime_checkable
class HasSurrogates(Protocol):
    """A set-up whose backward pass is in places, on purpose, not the slope of the forward one."""

    def surrogates(self) -> tuple[str, ...]:
        """The layers where it is so."""
        ...
