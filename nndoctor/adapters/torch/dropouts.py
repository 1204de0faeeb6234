"""Dropout that a forward method computes by a function, seen and left out."""

from collections.abc import Callable
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from .configuration import Parts
from .modules import dropping
from .rows import call

NAMES = frozenset(
    ("dropout", "dropout1d", "dropout2d", "dropout3d", "alpha_dropout", "feature_alpha_dropout")
)


class _Dropping(TorchFunctionMode):
    """Counts what drops, and leaves it out where it is asked to."""

    def __init__(self, left_out: Callable[[], bool]) -> None:
        super().__init__()
        self.left_out, self.seen = left_out, 0

    def __torch_function__(
        self, function: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        if getattr(function, "__name__", "") in NAMES and _drops(args[1:], kwargs):
            self.seen += 1
            if self.left_out():
                return args[0] if args else kwargs["input"]
        return function(*args, **kwargs)


def _drops(args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    """Whether a dropout of (p, training) does anything."""
    given = dict(zip(("p", "training"), args, strict=False)) | kwargs
    return bool(given.get("p", 0.5)) and bool(given.get("training", given.get("train", True)))


def drops_by_function(model: Any, inputs: Any) -> bool:
    """Whether the forward method does, in the mode that the model is in, beside its modules."""
    kept, mode = dropping(model), _Dropping(lambda: False)
    try:
        for module, name, _ in kept:
            setattr(module, name, 0.0)
        with mode, torch.no_grad():
            call(model, inputs)
    finally:
        for module, name, share in kept:
            setattr(module, name, share)
    return mode.seen > 0


def nothing_dropped(evaluation_only: bool = False) -> Callable[[Parts], None]:
    """Neither by modules nor by the forward method; with `evaluation_only` not in training."""

    def change(parts: Parts) -> None:
        model, forward = parts.model, parts.model.forward

        def changed(*args: Any, **named: Any) -> Any:
            with _Dropping(lambda: not (evaluation_only and model.training)):
                return forward(*args, **named)

        model.forward = changed
        for module, name, _ in () if evaluation_only else dropping(model):
            setattr(module, name, 0.0)

    return change
