"""A PyTorch module with its data, loss and optimizer, ready to be examined; and out of a file."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import DataError, UsageError
from ..trainable import Array, Batch, LayerPlan
from ..training import Course

if TYPE_CHECKING:
    from ..adapters.torch.model import TorchModel
    from ..adapters.torch.trainable import TorchTrainable

NAMED = "the set-up in Python"
INSTALL = 'pip install "nndoctor[torch]"'
BATCH = 32  # rows an update, where nobody says
PER = ("epoch", "step")  # what a schedule moves on with, as in recipes
PROBED = 64  # rows by which shapes and the task are found


@dataclass(frozen=True)
class TorchSetup:
    """A PyTorch set-up, ready to be examined; made by `Setup`.

    It has what the functions of `nndoctor` ask of a set-up: `rows` [N] are the numbers of the
    training rows, `words` what a reader should be told, `seed` that of every draw. `names`: what a
    script calls its parts.
    """

    trainable: "TorchTrainable"
    train: Batch
    validation: Batch | None
    epochs: int
    words: tuple[str, ...]
    seed: int = 0
    name: str = NAMED
    argument: str = ""
    text: str = ""
    only: frozenset[str] | None = None
    test: Batch | None = None
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    is_default = False
    runs = 1
    checkpoints = 0
    plan = None
    inputs: tuple[Path, ...] = ()

    @property
    def rows(self) -> Array:
        """Numbers of the training rows, from 1."""
        return np.arange(1, len(self.train) + 1)

    @property
    def sha256(self) -> str:
        """There is no text to be digested."""
        return ""

    @property
    def optimizer(self) -> str:
        """What it is called in PyTorch."""
        return type(self.trainable.fresh(self.seed).optimizer).__name__

    @property
    def epoch_updates(self) -> int:
        """Updates in one pass over the training rows."""
        return self.trainable.batches(len(self.train))

    @property
    def total_updates(self) -> int:
        """Updates in the whole training."""
        return self.epoch_updates * self.epochs

    def course(self, budget: float = math.inf) -> Course:
        """How the whole run goes; `budget` in seconds."""
        return Course(epochs=self.epochs, epoch_updates=self.epoch_updates, budget=budget)

    def layer_plans(self) -> tuple[LayerPlan, ...]:
        """The layers that hold a matrix of weights, as they run; convolutions and gates have their
        own sense of scale and are left out, and of layers beside each other all but one."""
        from ..adapters.torch.modules import by_name

        model, rows = self.trainable.fresh(self.seed), self.train.sample(PROBED)
        weights, layers = model.weights(), model.activations(rows)
        modules, beside = by_name(model.model), model.on_branches(rows)
        return tuple(
            LayerPlan(
                name=one.name,
                inputs=weights[one.name].shape[0],
                units=weights[one.name].shape[1],
                activation=one.activation,
                init="",
                bias=True,
                dropout=0.0,
                norm="",
                is_output=one.is_output,
            )
            for one in layers
            if type(modules[one.name]).__name__ == "Linear" and one.name in weights
            if one.name not in beside
        )


def Setup(
    *,
    model: Any,
    loss: Any,
    optimizer: Any,
    train: Any,
    validation: Any = None,
    epochs: int = 10,
    batch_size: int | None = None,
    shuffle: bool | None = None,
    step: Callable[..., Any] | None = None,
    schedule: Any = None,
    schedule_per: str = "epoch",
    drop_last: bool | None = None,
    seed: int = 0,
) -> TorchSetup:
    """A PyTorch module as a set-up that every function of nndoctor examines.

    `model`: a module, or a function without arguments that makes one (then every start draws its
    own weights). `loss(outputs, targets)`: the mean over the rows of a batch. `optimizer`: a
    function from parameters to an optimizer, or one over the module's parameters. `train`,
    `validation`: (inputs, targets) as tensors, a Dataset or a DataLoader; several inputs are a
    tuple or a dict. `step(model, loss, optimizer, inputs, targets)`: one update as your own loop
    makes it, which returns the loss; without it nndoctor makes the usual one. `schedule`: one of
    torch.optim.lr_scheduler over the optimizer, or a function from an optimizer to one, which moves
    on after each "epoch" or after each "step", as `schedule_per` says. `drop_last`: without what is
    left of the rows behind the last whole batch. Your objects are copied, and never changed. Raises
    NNDoctorError for what does not fit together.
    """
    try:
        import torch
    except ImportError as error:
        raise UsageError("PyTorch is not installed", INSTALL) from error
    from ..adapters.torch.modules import located, passed
    from ..adapters.torch.plateau import planned, watching
    from ..adapters.torch.privacy import Draws, private
    from ..adapters.torch.rows import Layout, Targets, batches_of, drops_last, gathered
    from ..adapters.torch.task import targets_of, task_of
    from ..adapters.torch.trainable import TorchTrainable

    _refuse(epochs, batch_size, schedule_per)
    size, mixed = batches_of(train)
    with private(Draws.of(seed)):
        inputs, targets, left = gathered(train, "train")
        held = None if validation is None else gathered(validation, "validation")
    layout = Layout.of(inputs)
    x = layout.pack(inputs)
    first = TorchTrainable(
        model,
        loss,
        optimizer,
        layout,
        Targets(tuple(targets.shape[1:]), targets.dtype),
        None,  # type: ignore[arg-type]
        batch_size or size or BATCH,
        shuffle=(mixed if mixed is not None else True) if shuffle is None else shuffle,
        step=step,
        drop_last=drops_last(train) if drop_last is None else drop_last,
    )
    started = first.fresh(seed)
    with started.looking(len(x)), torch.no_grad():
        some = layout.unpack(x[:PROBED], started.device, None)
        with located(started.model, some):
            out, seen = passed(started.model, some)
    held_targets = targets_of(loss, targets, out)
    y = held_targets.pack(targets)
    names = tuple(dict.fromkeys(one.name for one in seen.layers))
    trainable = replace(first, targets=held_targets, task=task_of(loss, y, out), names=names)
    told = None if held is None else Batch(_like(layout, held[0]), held_targets.pack(held[1]))
    if schedule is not None:
        times = epochs * (first.batches(len(x)) if schedule_per == PER[1] else 1)
        with private(Draws.of(seed)):
            made = started.optimizer, times, schedule_per == PER[0]
            plan = planned(watching(schedule, told), optimizer, *made)
        trainable = replace(trainable, rate_plan=plan)
    checked = trainable.fresh(seed)
    checked.loss(Batch(x[:PROBED], y[:PROBED]))  # what does not fit is told here
    words = _words(trainable, checked, epochs, len(x), len(held[1]) if held else 0)
    words += [text for text in (left, held[2] if held else "") if text]
    return TorchSetup(trainable, Batch(x, y), told, epochs, tuple(words), seed)


def _refuse(epochs: int, batch_size: int | None, schedule_per: str) -> None:
    """Raises UsageError for what can't be followed."""
    for what, number in (("epochs", epochs), ("batch_size", batch_size)):
        if number is not None and not number >= 1:
            raise UsageError(f"{what} = {number}", "a whole number from 1 on")
    if schedule_per not in PER:
        raise UsageError(f"schedule_per = {schedule_per!r}", " or ".join(map(repr, PER)))


def _words(
    trainable: "TorchTrainable", model: "TorchModel", epochs: int, rows: int, held: int
) -> list[str]:
    """The set-up in lines: rows, model and training first."""
    from torch.nn import Module

    words = [f"{rows} rows to train" + (f", {held} to validate" if held else "")]
    words[0] += ": " + ", ".join(f"{p.name} {p.described}" for p in trainable.inputs.pieces)
    words.append(_described(trainable, model, epochs))
    if (task := trainable.task).places > 1:
        words.append(f"each of {task.places} places of a row has one of {task.outputs} classes")
    if trainable.rate_plan is not None:
        words.append(trainable.rate_plan.described)
    if isinstance(trainable.model, Module):
        words.append("model is an object: all starts have its weights; give a function for others")
    return words


def _like(layout: Any, inputs: Any) -> Array:
    """Packed as the training rows are; raises DataError where their shapes are others."""
    own = type(layout).of(inputs)
    if [p.shape for p in own.pieces] != [p.shape for p in layout.pieces]:
        described = ", ".join(p.described for p in own.pieces)
        raise DataError(
            f"validation has inputs {described}", "the same shapes as the training rows"
        )
    packed: Array = layout.pack(inputs)
    return packed


def _described(trainable: "TorchTrainable", model: Any, epochs: int) -> str:
    """The set-up in a line."""
    from ..adapters.torch.configuration import stated_rate
    from ..adapters.torch.task import loss_name

    kind = type(model.model).__name__
    optimizer = f"{type(model.optimizer).__name__} at {stated_rate(model.optimizer):g}"
    passes = f"{epochs} epoch{'s' * (epochs > 1)}"
    return (
        f"{kind}, {trainable.parameters} parameters, {loss_name(trainable.loss)}, {optimizer}, "
        f"{passes} in batches of {trainable.batch_size}"
    )
