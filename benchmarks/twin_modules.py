"""The layers of a recipe as a PyTorch module that starts from the engine's own first weights."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import torch
from torch import nn

from nndoctor.adapters.dense import Dense
from nndoctor.adapters.mlp import MLP
from nndoctor.trainable import Array


class Unsayable(Exception):
    """Why a recipe has no twin in PyTorch."""


class Exponential(nn.Module):
    """e^x, for which PyTorch has no module."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """[B, n]."""
        return torch.exp(x)


ACTIVATIONS: Mapping[str, Callable[..., nn.Module]] = {
    "linear": nn.Identity,
    "relu": nn.ReLU,
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
    "elu": nn.ELU,
    "leaky_relu": nn.LeakyReLU,
    "exponential": Exponential,
    "softmax": partial(nn.Softmax, dim=1),
}
NORMS: Mapping[str, Callable[[int], nn.Module]] = {
    "batch_norm": nn.BatchNorm1d,
    "layer_norm": nn.LayerNorm,
}


def refuse_unknown_layers(mlp: MLP) -> None:
    """Raises Unsayable for a layer that is not translated."""
    for name, layer in zip(mlp.names, mlp.layers, strict=True):
        if layer.activation.name not in ACTIVATIONS:
            raise Unsayable(f"{name}: the activation {layer.activation.name} is not translated")
        if layer.weight_norm or layer.scale_at_test or layer.rate_scale != 1 or layer.lq:
            raise Unsayable(f"{name}: what it is beside units and activation is not translated")


def takes_logarithms(mlp: MLP) -> bool:
    """Whether softmax and cross-entropy are LogSoftmax and NLLLoss, PyTorch's pair for it."""
    ends = mlp.layers[-1].activation.name == "softmax"
    return ends and mlp.task.loss == "cross_entropy" and not mlp.task.from_logits


def first_module(mlp: MLP) -> nn.Module:
    """With the engine's first weights of the seed that PyTorch's generator was given."""
    return module_of(mlp, mlp.fresh(torch.initial_seed()).parameters())


def module_of(mlp: MLP, arrays: Mapping[str, Array]) -> nn.Module:
    """With these weights, as a network of the engine names them."""
    parts: list[nn.Module] = []
    width = mlp.inputs
    for name, layer in zip(mlp.names, mlp.layers, strict=True):
        if layer.linear:
            linear = nn.Linear(width, layer.units, bias=layer.bias)
            _put(linear.weight, arrays[f"{name} weights"].T)
            if layer.bias:
                _put(linear.bias, arrays[f"{name} bias"])
            parts.append(linear)
        width = layer.units
        if layer.norm:
            norm: Any = NORMS[layer.norm](width)
            gain, shift = arrays[f"{name} gain and shift"]
            _put(norm.weight, gain)
            _put(norm.bias, shift)
            parts.append(norm)
        parts += _after(mlp, layer)
    return nn.Sequential(*parts)


def _after(mlp: MLP, layer: Dense) -> list[nn.Module]:
    """Activation and dropout."""
    name, settings = layer.activation.name, layer.activation.settings
    if layer is mlp.layers[-1] and takes_logarithms(mlp):
        return [nn.LogSoftmax(dim=1)]
    made = [] if name == "linear" else [ACTIVATIONS[name](*settings)]
    return [*made, nn.Dropout(layer.dropout)] if layer.dropout else made


def _put(parameter: Any, values: Array) -> None:
    with torch.no_grad():
        parameter.copy_(torch.tensor(values))
