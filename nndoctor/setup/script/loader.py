"""Rows out of a loader, or of any batches."""

import ast
import copy
import re
from collections.abc import Callable
from typing import Any

from .alike import differ, keys
from .fed import Around, Fed, Names, evaluated, pair_of, refuse_shared, several
from .known import UnusualLoop, names_in
from .update import Meaning

_ITEM = "_item"
_DEEPEST = 9  # wrappings of a loader
_WRAPPED = re.compile(r"tqdm|track|progress|\biter$|\blist$|prefetch", re.I)


class Loader:
    """`for x, y in loader`: rows are what the loop's head takes out of an item."""

    is_head = True

    def __init__(self, head: ast.For, around: Around, names: Names, source: str = "") -> None:
        self.names = names
        self.target, self.iterated = head.target, head.iter
        self._unwrap(around.given)
        self.source = source or ast.unparse(self.iterated)
        self.items = evaluated(self.iterated, names)
        if isinstance(self.iterated, ast.Name) and _is_spent(self.items):
            raise UnusualLoop(f"{self.source}, an iterator that the loop has begun")
        bound = names_in(self.target)
        same = {inner: ast.parse(outer, mode="eval").body for inner, outer in around.same.items()}
        self.same = {inner: outer for inner, outer in same.items() if names_in(outer) & bound}
        self.bound = bound | self.same.keys()

    def _unwrap(self, given: Callable[[str], ast.expr | None]) -> None:
        """Goes to what the loop goes over inside of counting and progress bars."""
        for _ in range(_DEEPEST):
            if isinstance(self.iterated, ast.Name) and _is_spent(self.names.get(self.iterated.id)):
                made = given(self.iterated.id)
                if made is None:
                    return
                self.iterated = made
            elif isinstance(self.iterated, ast.Call) and self.iterated.args:
                function = ast.unparse(self.iterated.func)
                if function == "enumerate" and isinstance(self.target, ast.Tuple):
                    self.target = self.target.elts[1]
                elif not _WRAPPED.search(function):
                    return
                self.iterated = self.iterated.args[0]

    def of_batch(self, node: ast.AST) -> bool:
        """Whether it has a name out of the loop's head."""
        return any(isinstance(one, ast.Name) and one.id in self.bound for one in ast.walk(node))

    def whole(self, means: Meaning) -> Meaning:
        """The same: an item has its rows."""
        return means

    def fed(self, means: Meaning) -> Fed:
        """All rows, in their order and not in that of a shuffling."""
        from ...adapters.torch.rows import batches_of, drops_last

        rows, left = self._rows(self.items, means, "train")
        size, mixed = batches_of(self.items)
        source = evaluated(self.iterated, self.names)  # a generator is another one now
        again, _ = self._rows(source, means, "train", None if mixed is None else 1)
        drawn = differ(*(_first_rows(pair, len(again[1])) for pair in (rows, again)))
        if drawn and mixed is None and _same_rows(rows, again):
            drawn, mixed = False, True
        if drawn:
            refuse_shared(means, self._bound(next(iter(evaluated(self.iterated, self.names)))))
        dropped = drops_last(self.items)
        return Fed(rows, size or self.first, bool(mixed), 1.0, drawn, left, dropped)

    def held(self, other: Any, means: Meaning) -> tuple[Any, Any]:
        """Those of another loader, of a data set, or of two tensors as one batch."""
        from torch.utils.data import DataLoader, Dataset

        source = [other] if isinstance(other, tuple) else other
        source = DataLoader(source, batch_size=1000) if isinstance(other, Dataset) else source
        return self._rows(source, means, "validation")[0]

    def _rows(
        self, source: Any, means: Meaning, what: str, most: int | None = None
    ) -> tuple[tuple[Any, Any], str]:
        from ...adapters.torch.rows import MOST_ROWS, items_of, joined

        items, left = items_of(source, what, most or MOST_ROWS)
        parts = []
        for item in items:
            try:
                parts.append(pair_of(means, self._bound(item)))
            except UnusualLoop:
                if not parts or len(parts) < len(items) - 1:
                    raise
                left = f"{what}: without the last batch, whose shape the loop does not take"
        first = parts[0][1]
        if getattr(first, "ndim", 0) == 0:
            raise UnusualLoop(f"{ast.unparse(means.targets)}, one row at a time")
        self.first = len(first)
        try:
            return joined(parts), left
        except (RuntimeError, TypeError) as error:
            raise UnusualLoop(f"batches of {self.source} that have different shapes") from error

    def _bound(self, item: Any) -> Names:
        bound = dict(self.names) | {_ITEM: item}
        head = ast.Assign([copy.deepcopy(self.target)], ast.Name(_ITEM, ast.Load()))
        code = compile(ast.fix_missing_locations(ast.Module([head], [])), "loop", "exec")
        try:
            exec(code, bound)
        except (TypeError, ValueError, KeyError) as error:
            raise UnusualLoop(f"items of {self.source}: {error}") from error
        return bound | {inner: evaluated(outer, bound) for inner, outer in self.same.items()}


def _same_rows(one: tuple[Any, Any], other: tuple[Any, Any]) -> bool:
    """Whether they are in another order alone."""
    count = len(one[1])
    return sorted(keys(_first_rows(one, count))) == sorted(keys(_first_rows(other, count)))


def _first_rows(pair: tuple[Any, Any], count: int) -> Any:
    """The first rows of inputs and targets."""
    return [one[:count] for one in (*several(pair[0]), pair[1])]


def _is_spent(items: Any) -> bool:
    """An iterator or a progress bar, which the script's own loop has begun."""
    return hasattr(items, "__next__") or (hasattr(items, "iterable") and hasattr(items, "n"))
