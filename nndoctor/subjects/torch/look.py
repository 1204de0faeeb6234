"""A PyTorch set-up as its first start shows it to the changes that ask whether they apply."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import torch

from ...adapters.torch.activations import Calls, calls_of, of_layers, unactivated
from ...adapters.torch.changing import Shaped
from ...adapters.torch.configuration import stated_rate
from ...adapters.torch.dropouts import drops_by_function
from ...adapters.torch.modules import MODE_DEPENDENT, Seen, by_name, located, passed, unregistered
from ...adapters.torch.schedules import rates_ahead
from ...adapters.torch.task import COUNTS, by_place, loss_name
from ...adapters.torch.trainable import TorchTrainable
from ...adapters.torch.work import update_seconds
from ...trainable import Array, Batch
from .answers import Answers

PROBED = 64
DRAWN = (torch.nn.Linear, torch.nn.modules.conv._ConvNd)  # whose first weights are judged


@dataclass
class Look:
    """Raises NNDoctorError where the set-up can't be run."""

    setup: TorchTrainable
    train: Batch
    epochs: int
    seed: int
    answers: Answers
    model: Any = field(init=False)
    calls: Calls = field(init=False)
    layers: list[Seen] = field(init=False)
    bare: list[str] = field(init=False)
    squashed: dict[str, str] = field(init=False)  # by layer a softmax or the like behind it
    outputs: Array = field(init=False)
    output_shape: tuple[int, ...] | None = field(init=False)  # None: not one tensor
    drops_in_evaluation: bool = field(init=False)  # by the forward method, as in training
    drops_training: bool = field(init=False)

    def __post_init__(self) -> None:
        self.model = model = self.setup.fresh(self.seed)
        rows = self.train.sample(PROBED)
        with model.looking(len(rows)):
            inputs, targets = model.unpacked(rows)
            with located(model.model, inputs):
                self.calls = calls_of(model.model, inputs)
                out, seen = passed(model.model, inputs)
            model.lost(model.criterion, out, targets)
            self.drops_in_evaluation = drops_by_function(model.model, inputs)
            model.model.train(len(rows) > 1)  # a lone row can't pass a batch norm
            self.drops_training = drops_by_function(model.model, inputs)
        self.bare = unactivated(seen.layers)
        self.squashed = of_layers(seen.layers)
        self.layers = list({one.name: one for one in seen.layers}.values())
        self.outputs = by_place(self.setup.task, out).detach().double().cpu().numpy()
        self.output_shape = tuple(out.shape[1:]) if isinstance(out, torch.Tensor) else None

    @property
    def criterion(self) -> Any:
        """The loss, whatever shape it gets its targets in."""
        given = self.setup.loss
        return given.loss if isinstance(given, Shaped) else given

    @property
    def loss(self) -> str:
        """Its name in PyTorch, or of the user's own."""
        return loss_name(self.criterion)

    @property
    def counts(self) -> bool:
        """Whether the loss is that of counts, which are no numbers to be scaled."""
        return self.loss == COUNTS

    @property
    def optimizer(self) -> Any:
        """Of the first start."""
        return self.model.optimizer

    @property
    def rate(self) -> float:
        """The highest of the optimizer."""
        return stated_rate(self.optimizer)

    @cached_property
    def rates(self) -> Array:
        """That of each update, as far as it can be seen without a whole training."""
        model = self.setup.fresh(self.seed)
        return rates_ahead(model, self.train, self.epochs * self.epoch_updates)

    @property
    def epoch_updates(self) -> int:
        """Updates in one pass over the training rows."""
        return self.setup.batches(len(self.train))

    @property
    def missing(self) -> list[str]:
        """Parameters that are to learn and are not in the optimizer."""
        held = {id(p) for group in self.optimizer.param_groups for p in group["params"]}
        named = self.model.model.named_parameters()
        missing = [name for name, p in named if p.requires_grad and id(p) not in held]
        return missing + list(unregistered(self.model.model))

    @property
    def frozen(self) -> list[str]:
        """Parameters that are not to learn."""
        return [n for n, p in self.model.model.named_parameters() if not p.requires_grad]

    @property
    def evaluating(self) -> bool:
        """Whether a module that acts otherwise in training is in evaluation mode."""
        modules = zip(self.model.model.modules(), self.model.modes, strict=True)
        return any(isinstance(module, MODE_DEPENDENT) and not mode for module, mode in modules)

    @property
    def with_relu(self) -> list[str]:
        """Layers with ReLU after them."""
        return [
            one.name
            for one in self.layers
            if isinstance(one.module, DRAWN) and one.activation in ("relu", "leaky_relu")
        ]

    def drawn(self) -> list[tuple[str, float, int]]:
        """Name, deviation of the first weights and inputs, of linear layers and convolutions, and
        of what recurrent layers multiply their own state by."""
        modules, found = by_name(self.model.model), []
        for one in self.layers:
            module = modules[one.name]
            name = "weight_hh_l0" if isinstance(module, torch.nn.RNNBase) else "weight"
            if isinstance(module, (*DRAWN, torch.nn.RNNBase)):
                weight = getattr(module, name).detach().double()
                spread = weight.std() if weight.numel() > 1 else weight.abs()
                found.append((one.name, float(spread), weight[0].numel()))
        return found

    def shut(self) -> list[str]:
        """Hidden layers whose biases all start below 0."""
        modules = by_name(self.model.model)
        biases = [
            (one.name, modules[one.name].bias)
            for one in self.layers[:-1]
            if isinstance(modules[one.name], DRAWN)
        ]
        return [name for name, bias in biases if bias is not None and bool((bias < 0).all())]

    def cost(self) -> float:
        """Nominal seconds of an update."""
        return update_seconds(self.setup.fresh(self.seed), self.train)

    def channels_first(self) -> bool:
        """Whether the first layer is a convolution."""
        first = self.layers[0].module if self.layers else None
        return isinstance(first, torch.nn.modules.conv._ConvNd)

    def bounds(self) -> tuple[float, float]:
        """Of the training targets."""
        return float(np.min(self.train.y)), float(np.max(self.train.y))
