"""The activations that a model computes, by modules or in `forward`, seen and exchanged."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

from .configuration import Parts
from .modules import ACTIVATIONS, OF_LAYERS, Seen, by_name, weights_of
from .rows import call

DIRECT = (nn.Linear, nn.modules.conv._ConvNd)  # layers that want an activation between them


@dataclass
class Calls:
    """The activations of one pass in their order: before the last layer's last run, and after it.

    `layer` is that last layer's name, "" where there is none; it has `runs` of them in a pass.
    """

    hidden: list[str] = field(default_factory=list)
    output: list[str] = field(default_factory=list)
    layer: str = ""
    runs: int = 0

    @property
    def last(self) -> str:
        """The one that makes the outputs; "" where it is a layer."""
        return self.output[-1] if self.output else ""


class _Watching(TorchFunctionMode):
    """Sees activations, and computes another in place of some."""

    def __init__(self, instead: Callable[[str], Any]) -> None:
        super().__init__()
        self.instead = instead

    def __torch_function__(
        self, function: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        name = ACTIVATIONS.get(getattr(function, "__name__", ""))
        other = None if name is None else self.instead(name)
        if other is None:
            return function(*args, **(kwargs or {}))
        return other(args[0] if args else (kwargs or {})["input"])


def calls_of(model: Any, inputs: Any) -> Calls:
    """What one pass computes."""
    calls, ran = Calls(), list[str]()

    def after(name: str) -> Callable[..., None]:
        def hook(*_: Any) -> None:
            ran.append(name)
            calls.hidden += calls.output
            calls.output = []

        return hook

    layers = {name: module for name, module in by_name(model).items() if weights_of(module)}
    hooks = [module.register_forward_hook(after(name)) for name, module in layers.items()]
    try:
        with _Watching(lambda name: calls.output.append(name)):
            call(model, inputs)
    finally:
        for hook in hooks:
            hook.remove()
    if ran:
        calls.layer, calls.runs = ran[-1], ran.count(ran[-1])
    return calls


def exchanged(instead: Mapping[str, Any], calls: Calls) -> Callable[[Parts], None]:
    """Other functions in place of hidden activations of these names."""
    return _put(lambda name, at: instead.get(name) if at is None else None, calls)


def exchanged_after(layers: Collection[str], function: Any) -> Callable[[Parts], None]:
    """Another function in place of what `of_layers` found behind these."""

    def change(parts: Parts) -> None:
        forward, modules, last = parts.model.forward, by_name(parts.model), _Last()
        for name in layers:
            modules[name].register_forward_hook(last.gave)

        def changed(*args: Any, **named: Any) -> Any:
            with _Exchanging(last, function):
                return forward(*args, **named)

        parts.model.forward = changed

    return change


def without_last(calls: Calls) -> Callable[[Parts], None]:
    """The outputs as they are before their last activation."""
    last = len(calls.output) - 1
    return _put(lambda name, at: _as_it_is if at == last else None, calls)


def unactivated(layers: Sequence[Seen]) -> list[str]:
    """Those layers of a pass whose outputs go into the next one as they are."""
    return [one.name for one, after in pairwise(layers) if _directly(one, after)]


def of_layers(layers: Sequence[Seen]) -> dict[str, str]:
    """The activations that are arithmetic elsewhere, by the layer of a pass that they lie behind:
    the next layer gets what they give, as it is."""
    among = set(OF_LAYERS.values())
    return {
        one.name: one.activation
        for one, after in pairwise(layers)
        if one.activation in among and _next(one, after)
    }


def _directly(one: Seen, after: Seen) -> bool:
    return one.activation == "linear" and _next(one, after)


def _next(one: Seen, after: Seen) -> bool:
    plain = isinstance(one.module, DIRECT) and isinstance(after.module, DIRECT)
    if not plain or after.received is None:
        return False
    return bool(one.after.data_ptr() == after.received.data_ptr())


@dataclass
class _Last:
    """What the last of some layers gave."""

    out: torch.Tensor | None = None

    def gave(self, module: Any, given: Any, out: torch.Tensor) -> None:
        """A hook behind each of them."""
        self.out = out


class _Exchanging(TorchFunctionMode):
    """Computes another function in place of the one that gets what a layer gave."""

    def __init__(self, last: _Last, instead: Any) -> None:
        super().__init__()
        self.last, self.instead = last, instead

    def __torch_function__(
        self, function: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        given = args[0] if args else (kwargs or {}).get("input")
        called = getattr(function, "__name__", "")
        if called in OF_LAYERS and given is not None and given is self.last.out:
            return self.instead(given)
        return function(*args, **(kwargs or {}))


@dataclass
class _Place:
    """Where a pass is, whatever other changes add before: in `runs` of the last layer, and how
    many activations were computed since."""

    runs: int = 0
    since: int = 0

    def ran(self, *_: Any) -> None:
        """The last layer, once more."""
        self.runs += 1


def _put(instead: Callable[[str, int | None], Any], calls: Calls) -> Callable[[Parts], None]:
    """`instead` of an activation, by its name and its number after the last layer, None before."""

    def change(parts: Parts) -> None:
        forward, place = parts.model.forward, _Place()

        def seen(name: str) -> Any:
            if place.runs < calls.runs:
                return instead(name, None)
            place.since += 1
            return instead(name, place.since - 1)

        def changed(*args: Any, **named: Any) -> Any:
            place.runs = place.since = 0
            with _Watching(seen):
                return forward(*args, **named)

        if calls.layer:
            by_name(parts.model)[calls.layer].register_forward_hook(place.ran)
        parts.model.forward = changed

    return change


def _as_it_is(values: torch.Tensor) -> torch.Tensor:
    return values
