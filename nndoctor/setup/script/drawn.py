"""Rows out of a function of the script that draws a batch, as `get_batch('train')`."""

import ast
import copy
from collections.abc import Iterator, Mapping
from typing import Any

from .alike import differ
from .fed import Fed, Names, evaluated, pair_of, several
from .known import UnusualLoop, with_name
from .loop import Update
from .update import Meaning, called
from .variables import TRAIN

_BATCH = "_batch"
_MOST, _HELD = 10_000, 1000  # rows that are drawn, where the loop would draw more, and held out


class Drawn:
    """`x, y = get_batch('train')`: rows are those of as many batches as the loop draws."""

    is_head = False

    def __init__(self, call: ast.Call, names: Names, rounds: int | None, each: int) -> None:
        self.call, self.names, self.rounds, self.each = call, names, rounds, each
        self.source = ast.unparse(call)

    @staticmethod
    def call_in(update: Update, names: Names) -> ast.Call | None:
        """The call that inputs and targets are both parts of; None without any."""
        return next(_shared(update.lost, names), None)

    def of_batch(self, node: ast.AST) -> bool:
        """Whether it has what is drawn."""
        return any(ast.unparse(one) == self.source for one in _calls(node))

    def whole(self, means: Meaning) -> Meaning:
        """The same: a batch has its rows."""
        return means

    def fed(self, means: Meaning) -> Fed:
        """All that the loop would draw, up to so many rows in whole updates; then again."""
        batch = self._batches(self.call, means, 1)
        size = len(several(batch[0])[0])
        updates = max(1, min(self.rounds or _MOST, -(-_MOST // (size * self.each))))
        count = updates * self.each
        rows = self._batches(self.call, means, count)
        if not differ(rows[1][:size], batch[1]):
            raise UnusualLoop(f"the same batch by each {self.source}")
        return Fed(rows, size, True, 1.0 / updates, drawn=True)

    def held(self, other: Any, means: Meaning) -> tuple[Any, Any]:
        """Variables are not what it draws of."""
        raise UnusualLoop(self.source)

    def held_out(self, means: Meaning) -> tuple[str, Any]:
        """What the function draws for validation, where its argument says what for; else None."""
        call = copy.deepcopy(self.call)
        for one in ast.walk(call):
            if isinstance(one, ast.Constant) and TRAIN.search(str(one.value)):
                one.value = "val"
                try:
                    size = len(self._batches(call, means, 1)[1])
                    return ast.unparse(call), self._batches(call, means, -(-_HELD // size))
                except UnusualLoop:
                    return "", None
        return "", None

    def _batches(self, call: ast.expr, means: Meaning, count: int) -> tuple[Any, Any]:
        from ...adapters.torch.rows import joined

        # by a name, so that inputs and targets are of one batch
        inner = means.with_rows(lambda node: with_name(node, self.source, _BATCH))
        batches = (evaluated(call, self.names) for _ in range(count))
        return joined([pair_of(inner, {**self.names, _BATCH: one}) for one in batches])


def _calls(node: ast.AST) -> Iterator[ast.Call]:
    yield from (one for one in ast.walk(node) if isinstance(one, ast.Call))


def _shared(lost: ast.expr, names: Mapping[str, Any]) -> Iterator[ast.Call]:
    """Calls that inputs and targets are both parts of, the outermost first."""
    seen: dict[str, int] = {}
    for one in ast.walk(lost):
        if isinstance(one, ast.Subscript) and isinstance(one.value, ast.Call):
            text = ast.unparse(one.value)
            seen[text] = seen.get(text, 0) + 1
            if seen[text] > 1 and called(one.value, names) is None:
                yield one.value
