"""The activations that a model computes, by modules or in `forward`, seen and exchanged."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

from .configuration import Parts
from .modules import ACTIVATIONS, Seen, passed, weights_of
from .rows import call

DIRECT = (nn.Linear, nn.modules.conv._ConvNd)  # layers that want an activation between them


@dataclass
class Calls:
    """The activations of one pass in their order; those from `output` on follow the last layer."""

    names: list[str] = field(default_factory=list)
    output: int = 0

    @property
    def last(self) -> str:
        """The one that makes the outputs; "" where it is a layer."""
        return self.names[-1] if len(self.names) > self.output else ""

    @property
    def hidden(self) -> list[str]:
        """All others."""
        return self.names[: self.output]


class _Watching(TorchFunctionMode):
    """Counts activations, and computes another in place of some."""

    def __init__(self, calls: Calls, instead: Callable[[str, int], Any]) -> None:
        super().__init__()
        self.calls, self.instead = calls, instead

    def __torch_function__(
        self, function: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        name = ACTIVATIONS.get(getattr(function, "__name__", ""))
        if name is None:
            return function(*args, **(kwargs or {}))
        other = self.instead(name, len(self.calls.names))
        self.calls.names.append(name)
        if other is None:
            return function(*args, **(kwargs or {}))
        return other(args[0] if args else (kwargs or {})["input"])


def calls_of(model: Any, inputs: Any) -> Calls:
    """What one pass computes."""
    calls = Calls()

    def after(*_: Any) -> None:
        calls.output = len(calls.names)

    layers = [module for module in model.modules() if weights_of(module)]
    hooks = [module.register_forward_hook(after) for module in layers]
    try:
        with _Watching(calls, lambda name, number: None):
            call(model, inputs)
    finally:
        for hook in hooks:
            hook.remove()
    return calls


def exchanged(instead: Mapping[str, Any], calls: Calls) -> Callable[[Parts], None]:
    """Other functions in place of hidden activations of these names."""
    return _put(lambda name, number: instead.get(name) if number < calls.output else None)


def without_last(calls: Calls) -> Callable[[Parts], None]:
    """The outputs as they are before their last activation."""
    last = len(calls.names) - 1
    return _put(lambda name, number: _as_it_is if number == last else None)


def unactivated(model: Any, inputs: Any) -> list[str]:
    """Layers whose outputs go into the next one as they are."""
    found = passed(model, inputs)[1].layers
    return [one.name for one, after in pairwise(found) if _directly(one, after)]


def _directly(one: Seen, after: Seen) -> bool:
    plain = isinstance(one.module, DIRECT) and isinstance(after.module, DIRECT)
    if not plain or one.activation != "linear" or after.received is None:
        return False
    return bool(one.after.data_ptr() == after.received.data_ptr())


def _put(instead: Callable[[str, int], Any]) -> Callable[[Parts], None]:
    def change(parts: Parts) -> None:
        forward = parts.model.forward

        def changed(*args: Any, **named: Any) -> Any:
            with _Watching(Calls(), instead):
                return forward(*args, **named)

        parts.model.forward = changed

    return change


def _as_it_is(values: torch.Tensor) -> torch.Tensor:
    return values
