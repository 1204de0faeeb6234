"""What was read of a script, held against its own first update."""

import ast
import math
from collections.abc import Iterator, Mapping
from typing import Any

from .alike import keys
from .fed import Fed
from .known import UnusualLoop
from .loop import Update, method_calls
from .stopped import Stop
from .together import FEATURES
from .update import Meaning, value_of

RELATIVE, ABSOLUTE = 1e-3, 1e-6  # far above rounding, far below another loss
_ROUNDINGS = 4


def hold_against(stop: Stop, means: Meaning, fed: Fed, share: float = 1.0) -> None:
    """Raises UnusualLoop where the model was given other rows than were taken, or where the loss
    of these rows, by the outputs that the script had, is not the one that went backward, which is
    divided by `share`, NaN where that is not known.

    Rows that are drawn anew, or are more than are taken, can't be found again.
    """
    import torch

    call = stop.calls.get(id(means.model))
    if call is None:  # by model.forward(x), which no hook hears
        return
    given = call.by_name if isinstance(means.inputs, dict) else call.given
    at = _places(given, fed.rows[0])
    if at is None:
        if fed.drawn or fed.left or FEATURES in _texts(means):  # rounded otherwise in other batches
            return
        raise UnusualLoop(
            f"in its first update the model is given rows that are not among {_texts(means)}"
        )
    targets = fed.rows[1][at[0]]
    if math.isnan(share) or keys(fed.rows[1][at[1]]) != keys(
        targets
    ):  # equal rows of different targets
        return
    targets = torch.as_tensor(targets).to(stop.lost.device)  # which an `if cuda:` would do
    here = _value(means, call.outputs, targets, stop.places[0].names) / share
    its = float(stop.lost.detach())
    near = max(RELATIVE, _ROUNDINGS * _rounding(call.outputs))
    if not math.isclose(here, its, rel_tol=near, abs_tol=ABSOLUTE) and _is_told(here, its):
        raise UnusualLoop(f"its first loss is {its:.6g}, where {means.said} would be {here:.6g}")


def scale_of(update: Update, names: Mapping[str, Any]) -> float:
    """What a loss is divided by before it goes backward: of a GradScaler that multiplies it less
    than 1; NaN where a library does more with it.

    Raises UnusualLoop for lines that work on gradients that are multiplied.
    """
    if not update.scaled:
        return 1.0
    if update.scaler is None:
        return math.nan
    scale = float(value_of(update.scaler, names).get_scale())
    unscaled = any(method_calls(one, "unscale_") for one in update.between)
    clips = [one for one in update.between for _ in _norms(one)]
    if scale != 1 and clips and not unscaled:
        line = ast.unparse(clips[0]).partition("\n")[0]
        raise UnusualLoop(f"{line} of gradients {scale:g} times as large, without unscale_()")
    return 1 / scale


def _norms(statement: ast.stmt) -> Iterator[ast.AST]:
    """What clips in it."""
    for name in ("clip_grad_norm_", "clip_grad_value_"):
        yield from method_calls(statement, name)


def _rounding(outputs: Any) -> float:
    """What outputs are rounded to, as bfloat16 under autocast is."""
    import torch

    first = outputs[0] if isinstance(outputs, tuple | list) and outputs else outputs
    floats = isinstance(first, torch.Tensor) and first.dtype.is_floating_point
    return float(torch.finfo(first.dtype).eps) if floats else 0.0


def _is_told(one: float, other: float) -> bool:
    return not (math.isnan(one) and math.isnan(other))


def _places(given: Any, rows: Any) -> tuple[list[int], list[int]] | None:
    """Where the rows that the model was given stand first and last among all; None for others."""
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    try:
        wanted, there = keys(given), keys(rows)
    except (TypeError, ValueError, IndexError):  # other shapes
        return None
    for i, key in enumerate(there):
        first.setdefault(key, i)
        last[key] = i
    if not all(key in first for key in wanted):
        return None
    return [first[key] for key in wanted], [last[key] for key in wanted]


def _value(means: Meaning, outputs: Any, targets: Any, names: Mapping[str, Any]) -> float:
    """The loss of what was read."""
    import torch

    with torch.no_grad():
        shaped = outputs if means.shaped is None else means.shaped(outputs, targets)
        loss = means.loss(shaped, targets)
        if means.penalty is not None:
            loss = loss + value_of(means.penalty, names)
        return float(loss)


def _texts(means: Meaning) -> str:
    inputs = means.inputs
    nodes = inputs.values() if isinstance(inputs, dict) else inputs
    return ", ".join(map(ast.unparse, nodes))
