"""Parameters of a PyTorch model by layer and kind, as the checks call them."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import nn

from ...trainable import Array
from .modules import NORMS, by_name, weights_of


def named(model: Any, order: Sequence[str] = ()) -> dict[str, tuple[Any, Any]]:
    """Module and parameter by name: "fc1 weights", "fc1 bias", "norm gain", "lstm weight_hh_l0".

    The layers of `order` first. A parameter that layers share has the name of the first.
    """
    modules = by_name(model)
    names = [*order, *(name for name in modules if name not in order)]
    found: dict[str, tuple[Any, Any]] = {}
    seen: set[int] = set()
    for name in names:
        module = modules[name]
        for kind, parameter in _kinds(module).items():
            if id(parameter) not in seen:
                seen.add(id(parameter))
                found[f"{name} {kind}"] = module, parameter
    return found


def _kinds(module: Any) -> dict[str, Any]:
    weights = next(iter(weights_of(module)), None)
    norm = isinstance(module, NORMS)
    kinds = {}
    for name, parameter in module.named_parameters(recurse=False):
        if name == weights:
            name = "weights"
        elif norm:
            name = {"weight": "gain", "bias": "shift"}.get(name, name)
        kinds[name] = parameter
    return kinds


def view(module: Any, parameter: torch.Tensor) -> Array:
    """The numbers of a parameter, without a copy on the processor: weights as [inputs, units]."""
    values = parameter.detach().cpu()
    if values.dim() > 1 and not isinstance(module, nn.Embedding):
        values = values.reshape(len(values), -1).t()
    numbers: Array = values.numpy()
    return numbers
