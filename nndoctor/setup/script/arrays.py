"""Rows out of arrays that the loop cuts itself."""

import ast
import copy
import re
from collections.abc import Iterator
from typing import Any

from .alike import differ
from .fed import Fed, Names, expressions, pair_of, refuse_shared, several
from .known import UnusualLoop
from .loop import Update
from .update import Meaning, called, noted

_MIXED = re.compile(
    r"(randperm|permutation|permuted|shuffle\w*|choices?|randint|integers|sample)\("
)


class NoArrays(UnusualLoop):
    """Where the model is given something else."""


class Arrays:
    """`model(X[i:j])`: rows are what an index that varies was taken of, else all there are."""

    def __init__(self, update: Update, names: Names, text: str, head_names: set[str]) -> None:
        self.names, self.varying = names, update.varying
        self.mixed = bool(_MIXED.search(text))
        calls = [one for one in ast.walk(update.lost) if isinstance(one, ast.Call)]
        models = [one for one in calls if called(one, names) is not None]
        given = [a for one in models for a in (*one.args, *(k.value for k in one.keywords))]
        roots = [r for one in given for r in self._cut(one)]
        roots = roots or [r for one in given for r in self._arrays(one)]
        if not models:
            raise UnusualLoop(f"no call of a model in {ast.unparse(update.lost)}")
        if not roots:
            raise NoArrays(f"no loader or array behind {ast.unparse(models[0])}")
        self.ahead = update.ahead
        self._refuse_ahead(roots)
        self.rows = len(noted(roots[0], names))
        # a loop over slices goes over batches; one whose rows are all there are, or drawn, does not
        self.is_head = any(
            isinstance(one, ast.Name) and one.id in head_names for one in ast.walk(update.lost)
        )

    @property
    def source(self) -> str:
        """The arrays."""
        return ", ".join(self.taken)

    def of_batch(self, node: ast.AST) -> bool:
        """Whether it holds an array with as many rows as the inputs have."""
        return any(len(noted(one, self.names)) == self.rows for one in self._arrays(node))

    def fed(self, means: Meaning) -> Fed:
        """All rows."""
        whole, batch = self.whole(means), pair_of(means, self.names)
        rows = pair_of(whole, self.names)
        drawn = differ(rows, pair_of(whole, self.names))
        if drawn:
            refuse_shared(whole, self.names)
        roots = [r for e in (*expressions(whole.inputs), whole.targets) for r in self._arrays(e)]
        self._refuse_ahead(roots)
        self.taken = tuple(dict.fromkeys(map(ast.unparse, roots)))
        first, all_rows = several(batch[0])[0], several(rows[0])[0]
        if first.ndim < all_rows.ndim:
            raise UnusualLoop(f"{ast.unparse(expressions(means.inputs)[0])}, one row at a time")
        passes = 1.0 if self.is_head else len(first) / len(all_rows)
        return Fed(rows, len(first), self.mixed, passes, drawn)

    def _refuse_ahead(self, roots: list[ast.expr]) -> None:
        for one in roots:
            if isinstance(one, ast.Name) and one.id in self.ahead:
                raise UnusualLoop(f"{one.id}, which the loop gives other rows behind its update")

    def held(self, other: Any, means: Meaning) -> tuple[Any, Any]:
        """Those of two other arrays."""
        if not isinstance(other, tuple) or len(self.taken) != len(other):
            raise UnusualLoop(self.source)
        others = dict(zip(self.taken, other, strict=True))
        return pair_of(self.whole(means), {**self.names, **others})

    def _arrays(self, node: ast.AST) -> Iterator[ast.expr]:
        for one in ast.walk(node):
            if isinstance(one, ast.Name | ast.Attribute) and _is_array(noted(one, self.names)):
                yield one

    def _cut(self, node: ast.AST) -> Iterator[ast.expr]:
        """Arrays that an index which varies is taken of."""
        for one in ast.walk(node):
            if isinstance(one, ast.Subscript) and self._varies(one.slice):
                yield from self._arrays(one.value)

    def whole(self, means: Meaning) -> Meaning:
        """Without the indices that vary from update to update."""
        return means.with_rows(self._unsliced)

    def _unsliced(self, node: ast.expr) -> ast.expr:
        arrays, varies = self, self._varies

        class Unslicing(ast.NodeTransformer):
            def visit_Subscript(self, one: ast.Subscript) -> ast.AST:
                if _is_array(noted(one.value, arrays.names)) and varies(one.slice):
                    return one.value
                return self.generic_visit(one)

        unsliced: ast.expr = Unslicing().visit(copy.deepcopy(node))
        return unsliced

    def _varies(self, index: ast.expr) -> bool:
        return any(
            isinstance(one, ast.Call) or (isinstance(one, ast.Name) and one.id in self.varying)
            for one in ast.walk(index)
        )


def _is_array(value: Any) -> bool:
    """A tensor or an array with rows, and no parameter."""
    import numpy as np
    import torch

    if not isinstance(value, torch.Tensor | np.ndarray) or isinstance(value, torch.nn.Parameter):
        return False
    return value.ndim > 0
