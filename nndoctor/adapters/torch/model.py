"""One start of a PyTorch set-up: a private copy that is looked at and trained."""

import copy
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import nn

from ...errors import DataError, NNDoctorError, UsageError
from ...trace import Trace
from ...trainable import Array, Batch, LayerStats, Plan
from .arrays import named, view
from .configuration import TorchConfiguration
from .looking import statistics, units_of
from .modules import Seen, alongside, broken, by_name, first_tensor, located, passed, shapes
from .plateau import PlateauPlan
from .privacy import Draws, private
from .rows import call
from .task import by_place
from .training import Training

CHUNK = 1000  # rows that are asked at once
SMALL = 1_000_000  # parameters: below, one processor is faster than several
LOOKED_WITH = 17  # seed of what is drawn while looking, where a model draws even then


def by_closure(model: Any, loss: Any, optimizer: Any, inputs: Any, targets: Any) -> Any:
    """An update of an optimizer that computes loss and gradients as often as it wants."""

    def closure() -> Any:
        optimizer.zero_grad()
        cost = loss(call(model, inputs), targets)
        cost.backward()
        return cost

    return optimizer.step(closure)


class TorchModel:
    """A copy of the user's model with its loss and optimizer, from one start."""

    def __init__(self, setup: TorchConfiguration, seed: int) -> None:
        self.setup, self.seed = setup, seed
        self.draws = Draws.of(seed)
        self.looking_draws = Draws.of(LOOKED_WITH)
        made = setup.made(seed, self.draws)
        self.model, self.criterion, self.mean_loss = made.model, made.loss, made.mean_loss
        self.optimizer = made.optimizer
        self.modes = self._modes()
        self.order = np.zeros(0, np.int64)
        self.position, self.updates = 0, 0
        self.shuffling = np.random.default_rng([seed, 2])
        plan = setup.rate_plan
        self.following = plan.started() if isinstance(plan, PlateauPlan) else None
        self.layers = setup.names
        self.small = sum(p.numel() for p in self.model.parameters()) < SMALL

    @property
    def step(self) -> Callable[..., Any] | None:
        """The user's own, or that of an optimizer which evaluates the loss itself."""
        closing = isinstance(self.optimizer, torch.optim.LBFGS)
        return by_closure if closing and self.setup.step is None else self.setup.step

    @property
    def device(self) -> Any:
        """Where the model's parameters are."""
        return self.setup.device(self.model)

    @contextmanager
    def looking(self, rows: int = 2) -> Iterator[None]:
        """Without dropout and without a trace; batch norms that have seen no batch yet use that
        which they get, as training will."""
        floats = torch.float64 if self.setup.doubled else torch.float32
        with private(copy.copy(self.looking_draws), floats, self.small):
            kept = {name: value.clone() for name, value in self.model.named_buffers()}
            modes, cudnn = self._modes(), torch.backends.cudnn.enabled
            self.model.eval()
            if any(isinstance(module, nn.RNNBase) for module in self.model.modules()):
                torch.backends.cudnn.enabled = False  # it differentiates them in training mode only
            for module in self.model.modules():
                if isinstance(module, nn.modules.batchnorm._BatchNorm):
                    tracked = module.num_batches_tracked
                    module.train(rows > 1 and tracked is not None and int(tracked) == 0)
            try:
                yield
            finally:
                for name, value in self.model.named_buffers():
                    value.data.copy_(kept[name])
                self._set_modes(modes)
                torch.backends.cudnn.enabled = cudnn

    def as_given(self) -> None:
        """Each module in the mode in which the user gave it."""
        self._set_modes(self.modes)

    def _modes(self) -> list[bool]:
        return [module.training for module in self.model.modules()]

    def _set_modes(self, modes: list[bool]) -> None:
        for module, mode in zip(self.model.modules(), modes, strict=True):
            module.training = mode

    def loss(self, batch: Batch) -> float:
        """The mean loss of the user's own loss function, without dropout."""
        return self.evaluate(batch)[0]

    def outputs(self, batch: Batch) -> Array:
        """What the model puts out, [B, K]."""
        return self.evaluate(batch)[1]

    def evaluate(self, batch: Batch) -> tuple[float, Array]:
        """`loss` and `outputs` in one pass."""
        total, outputs, rows = 0.0, [], len(batch)
        with self.looking(len(batch)), torch.no_grad():
            for chunk in np.array_split(np.arange(rows), -(-rows // CHUNK)):  # no lone last row
                part = batch.rows(chunk)
                inputs, targets = self.unpacked(part)
                with located(self.model, inputs):
                    out = call(self.model, inputs)
                total += float(self.lost(self.mean_loss, out, targets)) * len(part)
                outputs.append(by_place(self.setup.task, out).to(torch.float64).cpu().numpy())
        return total / len(batch), np.concatenate(outputs)

    def unpacked(self, batch: Batch) -> tuple[Any, torch.Tensor]:
        """Rows as the model and the loss get them."""
        return self.setup.unpacked(batch.x, batch.y, self.device)

    def lost(self, criterion: Any, out: Any, targets: torch.Tensor) -> torch.Tensor:
        """The loss; raises DataError, with what it was given, where the user's loss does.

        NaN where it refuses outputs that are not finite, as nn.BCELoss does.
        """
        try:
            value = criterion(out, targets)
        except Exception as error:
            tensor = first_tensor(out)
            if tensor is not None and broken(tensor):
                return (tensor * np.nan).sum()  # a graph as that of any loss
            told = " ".join(str(error).split())[:200]
            raise DataError(
                f"the loss raises on outputs {shapes(out)} and targets {shapes(targets)}: {told}",
                "the shape and the kind that this loss expects of its targets",
            ) from error
        if not isinstance(value, torch.Tensor) or value.numel() != 1:
            given = list(value.shape) if isinstance(value, torch.Tensor) else type(value).__name__
            raise DataError(f"the loss gives {given}, not one number", "its mean over the rows")
        return value

    def stepped(self, optimizer: Any, inputs: Any, targets: torch.Tensor) -> float:
        """The loss of one update as the user's own step makes it; NaN where it raises on outputs
        that are not finite. Raises NNDoctorError where it raises otherwise, or returns nothing."""
        assert self.step is not None
        try:
            loss = self.step(self.model, self.criterion, optimizer, inputs, targets)
        except NNDoctorError:
            raise
        except Exception as error:
            with self.looking(len(targets)), torch.no_grad(), located(self.model, inputs):
                tensor = first_tensor(call(self.model, inputs))
            if tensor is not None and broken(tensor):
                return np.nan
            told = " ".join(str(error).split())[:200]
            raise DataError(
                f"the step function raises {type(error).__name__}: {told}",
                "step(model, loss, optimizer, inputs, targets) makes one update and returns a loss",
            ) from error
        if loss is None:
            raise UsageError("the step function returns nothing", "return the loss of the batch")
        return float(loss)

    def activations(self, batch: Batch) -> tuple[LayerStats, ...]:
        """Statistics of each layer's output on all rows at once, without dropout."""
        return statistics(self._passed(batch), len(batch), batch.x)

    def values(self, batch: Batch) -> dict[str, Array]:
        """Each layer's output [B times places, units]."""
        return {one.name: units_of(one, one.after) for one in self._passed(batch)}

    def on_branches(self, batch: Batch) -> set[str]:
        """The layers that lie beside another and not behind it."""
        return alongside(self._passed(batch))

    def first_inputs(self, batch: Batch) -> Array | None:
        """What the first layer gets [B, D], where that is the inputs, as columns, or what was made
        of each of them."""
        first = next(iter(self._passed(batch)), None)
        got = None if first is None else first.received
        if got is None or got.shape != batch.x.shape or not got.is_floating_point():
            return None
        return np.asarray(got.detach().to(torch.float64).cpu().numpy())

    def _passed(self, batch: Batch) -> list[Seen]:
        with self.looking(len(batch)):  # with a graph: without one transformers take a short cut
            inputs, _ = self.unpacked(batch)
            with located(self.model, inputs):
                last_by_name = {one.name: one for one in passed(self.model, inputs)[1].layers}
        return list(last_by_name.values())

    def weights(self) -> Mapping[str, Array]:
        """The weights of each layer [inputs, units], without biases."""
        arrays = named(self.model, self.layers)
        return {
            name.removesuffix(" weights"): view(module, p)
            for name, (module, p) in arrays.items()
            if name.endswith(" weights")
        }

    def frozen(self) -> frozenset[str]:
        """The layers of which nothing is to learn, where others are."""
        learns: dict[str, bool] = {}
        for name, module in by_name(self.model).items():
            own = [p.requires_grad for p in module.parameters(recurse=False)]
            if own:
                learns[name] = any(own)
        still = frozenset(name for name, one in learns.items() if not one)
        return still if any(learns.values()) else frozenset()

    def parameters(self) -> Mapping[str, Array]:
        """Views by layer and kind."""
        return {name: view(m, p) for name, (m, p) in named(self.model, self.layers).items()}

    def cost(self, batch: Batch, regularised: bool = True) -> float:
        """The loss as training adds it up, without dropout; weight decay is the optimizer's."""
        with self.looking(len(batch)), torch.no_grad():
            inputs, targets = self.unpacked(batch)
            with located(self.model, inputs):
                out = call(self.model, inputs)
            return float(self.lost(self.criterion, out, targets))

    def gradients(self, batch: Batch, regularised: bool = True) -> Mapping[str, Array]:
        """The gradient of `cost` by each of `parameters`; zeros where none arrives."""
        with self.looking(len(batch)):
            inputs, targets = self.unpacked(batch)
            with located(self.model, inputs):
                out = call(self.model, inputs)
            cost = self.lost(self.criterion, out, targets)
            arrays = named(self.model, self.layers)
            learning = {name: p for name, (_, p) in arrays.items() if p.requires_grad}
            if not cost.requires_grad:
                found: list[Any] = [None] * len(learning)
            else:
                found = list(torch.autograd.grad(cost, list(learning.values()), allow_unused=True))
        by_name = dict(zip(learning, found, strict=True))
        return {
            name: view(module, torch.zeros_like(p) if by_name.get(name) is None else by_name[name])
            for name, (module, p) in arrays.items()
        }

    def pieces(self, batch: Batch) -> Array:
        """On which side of zero each unit before a kink is, for each row."""
        sides = [
            units_of(one, one.before) > 0
            for one in self._passed(batch)
            if one.activation in ("relu", "leaky_relu", "hard_tanh", "hard_sigmoid")
        ]
        return np.concatenate([side.ravel() for side in sides] or [np.zeros(0, bool)])

    def train(self, batch: Batch, plan: Plan, go_on: Callable[[int], bool] | None = None) -> Trace:
        """Trains in place, by the user's loss and optimizer unless the plan names another."""
        floats = torch.float64 if self.setup.doubled else torch.float32
        with private(self.draws, floats, self.small):
            return Training(self, batch, plan)(go_on)

    def bad_weights(self) -> str:
        """The first layer with weights that are not finite; "" for none."""
        arrays = named(self.model, self.layers).items()
        return next((name.rpartition(" ")[0] for name, (_, p) in arrays if broken(p.data)), "")

    def snapshot(self) -> dict[str, Any]:
        """A copy of what the model computes with."""
        return {name: value.clone() for name, value in self.model.state_dict().items()}

    def state(self) -> dict[str, Any]:
        """A copy of all that training goes on from."""
        own = ("draws", "order", "position", "updates", "shuffling", "following")
        kept = {f"\0{name}": copy.deepcopy(getattr(self, name)) for name in own}
        return self.snapshot() | kept | {"\0optimizer": copy.deepcopy(self.optimizer.state_dict())}

    def load(self, arrays: Mapping[str, Any]) -> None:
        """Takes over what `snapshot` or `state` gave."""
        kept = {name[1:]: value for name, value in arrays.items() if name.startswith("\0")}
        self.model.load_state_dict({n: v for n, v in arrays.items() if not n.startswith("\0")})
        if (optimizer := kept.pop("optimizer", None)) is not None:
            self.optimizer.load_state_dict(copy.deepcopy(optimizer))
        for name, value in kept.items():
            setattr(self, name, copy.deepcopy(value))
