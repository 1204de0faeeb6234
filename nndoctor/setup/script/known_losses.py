"""Which of PyTorch's losses gives a number, of outputs and targets that are known."""

import ast
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

_RELATIVE = 1e-4  # a loss of another kind is farther off


@dataclass(frozen=True)
class KnownLoss:
    """`loss(outputs, targets)`, once outputs are `shaped` and the `labels` of a batch are made the
    targets, which an expression of the script can be, too."""

    loss: Any
    shaped: Callable[[Any], Any]
    labels: Callable[[Any], Any] = lambda labels: labels
    written: Callable[[ast.expr], ast.expr] = lambda labels: labels

    def value(self, outputs: Any, labels: Any) -> float:
        """NaN where it can't be computed."""
        try:
            return float(self.loss(self.shaped(outputs), self.labels(labels)))
        except (RuntimeError, ValueError, IndexError):
            return math.nan


def known_loss(outputs: Any, labels: Any, value: float) -> KnownLoss | None:
    """The first that agrees; None for another kind of loss."""
    for one in _fitting(outputs, labels):
        if math.isclose(one.value(outputs, labels), value, rel_tol=_RELATIVE):
            return one
    return None


def _fitting(outputs: Any, labels: Any) -> Iterator[KnownLoss]:
    """Those that take outputs and labels of such shapes and kinds."""
    from torch import nn

    places = labels.dim() > 1
    if not labels.is_floating_point() and outputs.shape[-1] > 1 and outputs.dim() > 1:
        # both give one number of logarithms of probabilities, for which the first is made
        for kind in (nn.NLLLoss, nn.CrossEntropyLoss):
            if not places:
                yield KnownLoss(kind(), _as_they_are)
                continue
            # scores of places stand last there, and second here
            yield KnownLoss(kind(), lambda out: _by_place(out, labels.shape[1]))
            yield KnownLoss(
                kind(),
                lambda out: _by_place(out, labels.shape[1])[:, :, :-1],
                lambda y: y[:, 1:],
                lambda y: ast.Subscript(y, _behind_the_first(), ast.Load()),
            )
    elif outputs.numel() == labels.numel():

        def alike(out: Any) -> Any:
            return out.reshape(-1, *labels.shape[1:])

        if labels.is_floating_point():
            for kind in (nn.MSELoss, nn.BCEWithLogitsLoss, nn.L1Loss, nn.SmoothL1Loss, nn.BCELoss):
                yield KnownLoss(kind(), alike)
        else:
            for kind in (nn.BCEWithLogitsLoss, nn.BCELoss):
                yield KnownLoss(kind(), alike, lambda y: y.float(), _as_float)


def _as_they_are(outputs: Any) -> Any:
    return outputs


def _by_place(outputs: Any, places: int) -> Any:
    """[B, T, C] or [B * T, C] as [B, C, T]."""
    return outputs.reshape(-1, places, outputs.shape[-1]).transpose(1, 2)


def _behind_the_first() -> ast.Tuple:
    whole, rest = ast.Slice(), ast.Slice(lower=ast.Constant(1))
    return ast.Tuple([whole, rest], ast.Load())


def _as_float(labels: ast.expr) -> ast.expr:
    return ast.Call(ast.Attribute(labels, "float", ast.Load()), [], [])
