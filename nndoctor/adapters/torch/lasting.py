"""An update of a loop that leaves its model in evaluation mode for good."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch

from .rows import call

_SEEN = "_updates_seen"  # a buffer, so that it goes with the weights into each copy and back


@dataclass(frozen=True)
class LeftInEvaluation:
    """`step`, or the usual one, on a model of which the modules at `paths` are in evaluation mode
    behind so many `updates`."""

    step: Callable[..., Any] | None
    updates: int
    paths: tuple[str, ...]

    def __call__(self, model: Any, loss: Any, optimizer: Any, inputs: Any, targets: Any) -> Any:
        """One update."""
        if int(getattr(model, _SEEN)) >= self.updates:
            for path in self.paths:
                model.get_submodule(path).eval()
        getattr(model, _SEEN).add_(1)
        if self.step is not None:
            return self.step(model, loss, optimizer, inputs, targets)
        optimizer.zero_grad()
        cost = loss(call(model, inputs), targets)
        cost.backward()
        optimizer.step()
        return cost.detach()


def counted(model: Any) -> None:
    """Lets a model know how many updates it has seen."""
    if not hasattr(model, _SEEN):
        model.register_buffer(_SEEN, torch.zeros((), dtype=torch.int64))
