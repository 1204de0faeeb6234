"""The first gradient that is not finite though its loss is, and the operation that makes it so."""

import re
import warnings
from typing import Any

import torch

from ...trainable import Batch, Plan
from .configuration import TorchConfiguration
from .model import TorchModel
from .modules import broken

USUAL = 3.0  # times the first loss: above it the run has exploded, and overflows as it may
_OPERATION = re.compile(r"Function '(\w+?)(?:Backward\d*)?' returned nan")
_FRAME = re.compile(r'File "([^"]+)", line (\d+), in (\w+)\n\s+([^\n]+)')
_OTHERS = ("site-packages", "nndoctor", "<")  # whose frames are not the user's


def broken_gradient(
    setup: TorchConfiguration, batch: Batch, seed: int, updates: int
) -> tuple[int, str] | None:
    """At which update a gradient first is not finite, before the loss is, and what makes it so.

    None where that does not happen, or where the loss has exploded before.
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
    if not found or len(losses) <= found[0] or not losses[found[0]] <= USUAL * abs(losses[0]):
        return None
    return found[0], _operation(TorchModel(setup, seed), batch, found[0] + 1)


def _operation(model: TorchModel, batch: Batch, updates: int) -> str:
    """What PyTorch's anomaly detection says of the same updates: the operation, and its line."""
    with warnings.catch_warnings(record=True) as told, torch.autograd.set_detect_anomaly(True):
        warnings.simplefilter("always")
        try:
            model.train(batch, Plan(updates))
        except RuntimeError as error:
            named = _OPERATION.search(str(error))
            operation = named[1] if named else ""
        else:
            return ""
    frames = [one for text in told for one in _FRAME.findall(str(text.message))]
    own = [one for one in frames if not any(other in one[0] for other in _OTHERS)]
    if not own:
        return operation
    _, line, function, code = own[-1]
    return f"{operation} at line {line}, in {function}: {code.strip()}"
