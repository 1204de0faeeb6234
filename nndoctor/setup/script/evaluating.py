"""Evaluation mode that a script sets and never leaves."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .beside import Beside, beside
from .changing import Loops
from .functions import functions_in
from .loop import Update, method_calls
from .stopped import Place
from .together import parts_of
from .update import noted, value_if_known

_LEFT_OUT = (
    "its evaluation mode is left out: no train() follows its eval(), so that the file itself goes "
    "on without dropout and with fixed batch norms"
)
_FOLLOWED = (
    "no train() follows its eval(): behind {} it goes on without dropout and with fixed batch "
    "norms, here as well"
)


@dataclass(frozen=True)
class Evaluating:
    """Modules at `paths` are in evaluation mode behind so many `updates`, None where that is not
    known; `word`: what a reader should know of it, "" for a mode that is left again."""

    paths: tuple[str, ...] = ()
    updates: int | None = None
    word: str = ""

    def step(self, step: Any, model: Any) -> Any:
        """The update of the script with that mode."""
        if self.updates is None:
            return step
        from ...adapters.torch.lasting import LeftInEvaluation, counted

        counted(model)
        return LeftInEvaluation(step, self.updates, self.paths)


def evaluating(
    model: Any, places: tuple[Place, ...], loops: Loops, update: Update, batches: int
) -> Evaluating:
    """Of the loops of one training, with so many `batches` in an epoch."""
    from torch import nn

    kinds = nn.modules.batchnorm._BatchNorm, nn.modules.dropout._DropoutNd
    if not loops or not model.training or not any(isinstance(m, kinds) for m in model.modules()):
        return Evaluating()
    around = list(beside(places, loops))
    modes = [(mode, owner, one) for one in around for mode, owner in _modes(one, model)]
    left = [(owner, one) for mode, owner, one in modes if mode == "eval"]
    if not left or any(mode == "train" for mode, _, _ in modes):
        return Evaluating()
    paths = {id(one): path for path, one in model.named_modules()}
    first = left[0][1]
    if any(owner is None for owner, _ in left) or update.by_closure or not _is_met(first):
        return Evaluating(word=_LEFT_OUT)
    behind = first.mine or first.statement.lineno > first.place.line
    if not behind or (len(loops) > 2 and not first.mine):
        return Evaluating(word=_LEFT_OUT)
    word = _FOLLOWED.format("its first update" if first.mine else "its first epoch")
    known = tuple(dict.fromkeys(paths[id(owner)] for owner, _ in left))
    return Evaluating(known, 1 if first.mine else batches, word)


def _modes(one: Beside, model: Any) -> Iterator[tuple[str, Any]]:
    """The modes that a statement sets, itself or by a function of the user's, and of which part;
    None where that is not seen."""
    nodes: list[tuple[ast.AST, Mapping[str, Any]]] = [(one.statement, one.place.names)]
    nodes += [(f.tree, f.known) for f in functions_in(one.statement, one.place.names)]
    for node, names in nodes:
        for mode in ("eval", "train"):
            for call in method_calls(node, mode):
                owner = noted(call.func.value, names)  # type: ignore[attr-defined]
                if owner is None or any(owner is part for part in parts_of(model)):
                    yield mode, owner


def _is_met(one: Beside) -> bool:
    """Whether the statement runs in the first round."""
    if not isinstance(one.statement, ast.If):
        return True
    return bool(value_if_known(one.statement.test, one.place.names))
