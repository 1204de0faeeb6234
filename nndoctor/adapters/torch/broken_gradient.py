"""The first gradient that is not finite though its loss is, and the operation that makes it so."""

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import torch

from ...trace import EXPLODED
from ...trainable import Batch, Plan
from .configuration import TorchConfiguration
from .model import TorchModel
from .modules import broken
from .task import flat_outputs

_FRAME = re.compile(r'File "([^"]+)", line (\d+), in (\w+)\n\s+([^\n]+)')
_OURS = Path(__file__).parents[2]


def broken_gradient(
    setup: TorchConfiguration, batch: Batch, seed: int, updates: int
) -> tuple[int, str] | None:
    """At which update a gradient first is not finite, before the loss is, and what makes it so.

    None where that does not happen, or where the loss has exploded before, and overflows as it may.
    """
    found: list[int] = []
    model = TorchModel(setup, seed)

    def look(gradient: Any) -> None:
        if not found and broken(gradient):
            found.append(model.updates)

    for parameter in model.model.parameters():
        if parameter.requires_grad:
            parameter.register_hook(look)
    losses = model.train(batch, Plan(updates)).loss
    if not found or len(losses) <= found[0] or not losses[found[0]] <= EXPLODED * abs(losses[0]):
        return None
    return found[0], _operation(TorchModel(setup, seed), batch, found[0] + 1)


def _operation(model: TorchModel, batch: Batch, updates: int) -> str:
    """The operation of the model that made it so in these updates, with its line; "" where it was
    the loss, or cannot be told."""
    found: list[Any] = []

    def watched(_module: Any, _inputs: Any, outputs: Any) -> None:
        for node in _nodes(outputs):
            node.register_hook(partial(_judged, node, found))

    model.model.register_forward_hook(watched)
    with torch.autograd.set_detect_anomaly(True, check_nan=False):  # nodes know their lines
        model.train(batch, Plan(updates))
    if not found:
        return ""
    name = re.sub(r"Backward\d*$", "", found[0].name())
    frames = _FRAME.findall("".join(found[0].metadata.get("traceback_", ())))
    own = [one for one in frames if _is_users(Path(one[0]))]
    if not own:
        return name
    _, line, function, code = own[-1]
    return f"{name} at line {line}, in {function}: {code.strip()}"


def _is_users(file: Path) -> bool:
    """Neither of an installed package, nor ours, nor Python's own."""
    return "site-packages" not in file.parts and _OURS not in file.parents and file.is_file()


def _judged(node: Any, found: list[Any], behind: Any, before: Any) -> None:
    """Keeps what gets finite gradients and passes others on."""
    spoiled = [any(g is not None and broken(g) for g in some) for some in (before, behind)]
    if spoiled == [False, True]:
        found.append(node)


def _nodes(outputs: Any) -> Iterator[Any]:
    """The operations that outputs come from, without those that only add gradients up."""
    last = flat_outputs(outputs).grad_fn
    waiting = [] if last is None else [last]
    known = set(waiting)
    while waiting:
        node = waiting.pop()
        if node.name() != "torch::autograd::AccumulateGrad":
            yield node
        new = {follow for follow, _ in node.next_functions if follow is not None} - known
        known |= new
        waiting += new
