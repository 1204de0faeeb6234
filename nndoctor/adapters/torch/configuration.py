"""A user's PyTorch set-up: copies of its parts are made, and never the user's own changed."""

import copy
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

import numpy as np
import torch
from torch import nn

from ...errors import UsageError
from ...trainable import Array, Task
from .privacy import Draws, private
from .rate_plan import RatePlan
from .rows import Layout, Targets
from .task import averaged


@dataclass
class Parts:
    """One start: a model, a loss and an optimizer that belong together, and nobody else's."""

    model: Any
    loss: Any
    mean_loss: Any
    optimizer: Any


@dataclass(frozen=True)
class TorchConfiguration:
    """A PyTorch module with loss and optimizer, as the user gives them.

    `model`: a module, whose weights every start has, or a function that makes one, which is called
    under the seed. `optimizer`: one over the module's parameters, or a function from parameters to
    one. `step(model, loss, optimizer, inputs, targets)` makes one update and returns the loss,
    where the user's own does. `rate_plan`: what the user's schedule makes of the learning rates.
    `drop_last`: without what is left of an epoch's rows behind its last whole batch. `names`: the
    modules with weights, in the order in which they run. `doubled`: in float64. `changes`: made of
    each start, in their order.
    """

    model: Any
    loss: Any
    optimizer: Any
    inputs: Layout
    targets: Targets
    task: Task
    batch_size: int
    names: tuple[str, ...] = ()
    shuffle: bool = True
    step: Callable[..., Any] | None = None
    rate_plan: RatePlan | None = None
    drop_last: bool = False
    doubled: bool = False
    changes: tuple[Callable[[Parts], None], ...] = ()

    full_batch = False
    # what a whole run asks of what it trains
    schedule = "constant"
    schedule_settings: ClassVar[tuple[tuple[str, float], ...]] = ()
    parts = 1

    def rates(self, first: int, count: int, rows: int, batch: int) -> Array:
        """The learning rates of the next updates [count]: the optimizer keeps its own."""
        return np.full(count, self.rate)

    def batches(self, rows: int, size: int | None = None) -> int:
        """How many updates a pass over so many rows makes."""
        size = min(size or self.batch_size, rows)
        return rows // size if self.drop_last else -(-rows // size)

    def exact(self) -> Self:
        """The same in float64, on the processor."""
        return replace(self, doubled=True)

    @property
    def floats(self) -> torch.dtype | None:
        """The precision of inputs; None: that of the user's tensors."""
        return torch.float64 if self.doubled else None

    @property
    def rate(self) -> float:
        """The highest learning rate of the optimizer as it is given."""
        return stated_rate(self.made(0, Draws.of(0)).optimizer)

    @property
    def parameters(self) -> int:
        """How many numbers the model has to learn."""
        return sum(p.numel() for p in self.made(0, Draws.of(0)).model.parameters())

    def made(self, seed: int, draws: Draws) -> Parts:
        """Model, loss and optimizer of a start."""
        with private(draws):
            model, loss, optimizer = self._copies()
            if not isinstance(model, nn.Module):
                raise UsageError(
                    f"the model is a {type(model).__name__}",
                    "a torch.nn.Module, or a function without arguments that makes one",
                )
            if self.doubled:
                model = model.double().cpu()
                loss = loss.double().cpu() if isinstance(loss, nn.Module) else loss
            if isinstance(optimizer, torch.optim.Optimizer):
                if self.doubled:  # loading brings what it remembers to the kind of the parameters
                    optimizer.load_state_dict(optimizer.state_dict())
            else:
                optimizer = _made_by(optimizer, model)
            if self.rate_plan is not None:
                self.rate_plan.raised(optimizer)
            parts = Parts(model, loss, averaged(loss), optimizer)
            for change in self.changes:
                change(parts)
            return parts

    def _copies(self) -> tuple[Any, Any, Any]:
        """Deep copies made together, so that the optimizer's parameters are the copied model's."""
        model = self.model if isinstance(self.model, nn.Module) else None
        shared = self.optimizer if isinstance(self.optimizer, torch.optim.Optimizer) else None
        try:
            mine, loss, optimizer = copy.deepcopy((model, self.loss, shared))
        except Exception as error:
            told = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
            raise UsageError(
                f"the model can't be copied: {told}", "give a function that makes it"
            ) from error
        if model is not None:
            _hook(mine, model)
        if isinstance(optimizer, torch.optim.LBFGS):  # whose copy lacks what it keeps beside groups
            optimizer._params, optimizer._numel_cache = optimizer.param_groups[0]["params"], None
        made = mine if model is not None else self._called()
        return made, loss, self.optimizer if shared is None else optimizer

    def _called(self) -> Any:
        """What the user's function makes; anything that is none is told by whoever checks it."""
        if not callable(self.model):
            return self.model
        try:
            return self.model()
        except Exception as error:
            told = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
            raise UsageError(
                f"the function that makes the model raises {told}", "it gets no arguments"
            ) from error

    def device(self, model: Any) -> Any:
        """Where the model's parameters are."""
        return next((p.device for p in model.parameters()), torch.device("cpu"))

    def unpacked(self, x: Array, y: Array, device: Any) -> tuple[Any, torch.Tensor]:
        """Rows as the model and the loss get them."""
        inputs = self.inputs.unpack(x, device, self.floats)
        return inputs, self.targets.unpack(y, device, self.floats)


def _hook(mine: Any, model: Any) -> None:
    """Gives a copy the hooks on gradients of parameters, which copying leaves behind."""
    for own, its in zip(mine.parameters(), model.parameters(), strict=True):
        for function in (its._backward_hooks or {}).values() if own.requires_grad else ():
            own.register_hook(function)


def highest_rate(optimizer: Any) -> float:
    """Of all parameter groups."""
    return max(float(group.get("lr", 0.0)) for group in optimizer.param_groups)


def stated_rate(optimizer: Any) -> float:
    """The highest that the user set, whatever a schedule makes of it at the start."""
    groups = optimizer.param_groups
    return max(float(group.get("initial_lr", group.get("lr", 0.0))) for group in groups)


def _made_by(function: Any, model: Any) -> Any:
    if not callable(function):
        raise UsageError(
            f"the optimizer is a {type(function).__name__}",
            "lambda parameters: torch.optim.Adam(parameters, lr=1e-3)",
        )
    made = function(model.parameters())
    if not isinstance(made, torch.optim.Optimizer):
        raise UsageError(
            f"the optimizer's function returns a {type(made).__name__}",
            "lambda parameters: torch.optim.Adam(parameters, lr=1e-3)",
        )
    return made
