"""The rows that a script's loop feeds its model with: out of a loader, of batches, or of arrays."""

import ast
import copy
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from ...errors import NNDoctorError
from .loop import Round, UnusualLoop, Update
from .update import Meaning, called, noted, value_of

Names = Mapping[str, Any]
_ITEM = "_item"
_DRAWN = re.compile(r"perm|shuffle|choice|randint|sample", re.I)
_RANDOM = re.compile(r"rand|normal|uniform|bernoulli|multinomial|choice|sample", re.I)
_WRAPPED = re.compile(r"tqdm|track|progress|\biter$|\blist$|prefetch", re.I)


@dataclass(frozen=True)
class Fed:
    """Inputs and targets of all rows, the batch size, whether they are mixed anew in each epoch,
    how often all pass in one round of the loop, and a word where some were left out."""

    rows: tuple[Any, Any]
    batch_size: int
    shuffle: bool
    passes: float = 1.0
    left: str = ""


class Feeding(Protocol):
    """Where rows come from: `source` is how the script calls it."""

    is_head: bool  # whether the innermost loop goes over batches and not over epochs

    @property
    def source(self) -> str:
        """How the script calls it."""

    def of_batch(self, node: ast.AST) -> bool:
        """Whether a piece of the update comes out of the batch."""

    def fed(self, means: Meaning) -> Fed:
        """All rows; raises UnusualLoop."""

    def held(self, other: Any, means: Meaning) -> tuple[Any, Any]:
        """Those of held-out rows; raises UnusualLoop or DataError for another form."""


def feeding_of(round_: Round | None, update: Update, names: Names, same: Mapping[str, str],
               text: str) -> Feeding:  # fmt: skip
    """By the innermost loop, of whose items the update takes names, or by arrays.

    `same`: names of the update by those that they have at the loop's head, where that stands in the
    function's caller; `text`: all loops around, which tell whether rows are drawn.
    """
    head: set[str] = set()
    if isinstance(round_, ast.For):
        head = {one.id for one in ast.walk(round_.target) if isinstance(one, ast.Name)}
        loader = Loader(round_, names, same)
        if loader.of_batch(update.lost) and not _counts(loader.items):
            return loader
    return Arrays(update, names, text, head)


class Loader:
    """`for x, y in loader`: rows are what the loop's head takes out of an item."""

    is_head = True

    def __init__(self, head: ast.For, names: Names, same: Mapping[str, str]) -> None:
        self.names, self.same = names, same
        self.target, self.iterated = head.target, head.iter
        while isinstance(self.iterated, ast.Call) and self.iterated.args:
            function = ast.unparse(self.iterated.func)
            if function == "enumerate" and isinstance(self.target, ast.Tuple):
                self.target = self.target.elts[1]
            elif not _WRAPPED.search(function):
                break
            self.iterated = self.iterated.args[0]
        self.source = ast.unparse(self.iterated)
        self.items = _evaluated(self.iterated, names)
        bound = {one.id for one in ast.walk(self.target) if isinstance(one, ast.Name)}
        self.bound = bound | {inner for inner, outer in same.items() if outer in bound}

    def of_batch(self, node: ast.AST) -> bool:
        """Whether it has a name out of the loop's head."""
        return any(isinstance(one, ast.Name) and one.id in self.bound for one in ast.walk(node))

    def fed(self, means: Meaning) -> Fed:
        """All rows, in their order and not in that of a shuffling."""
        from ...adapters.torch.rows import batches_of

        _refuse_shared_draws(means)
        rows, left = self._rows(self.items, means, "train")
        size, mixed = batches_of(self.items)
        return Fed(rows, size or self.first, bool(mixed), left=left)

    def held(self, other: Any, means: Meaning) -> tuple[Any, Any]:
        """Those of another loader, of a data set, or of two tensors as one batch."""
        from torch.utils.data import DataLoader, Dataset

        source = [other] if isinstance(other, tuple) else other
        source = DataLoader(source, batch_size=1000) if isinstance(other, Dataset) else source
        return self._rows(source, means, "validation")[0]

    def _rows(self, source: Any, means: Meaning, what: str) -> tuple[tuple[Any, Any], str]:
        from ...adapters.torch.rows import items_of, joined

        items, left = items_of(source, what)
        parts = []
        for item in items:
            try:
                parts.append(_pair(means, self._bound(item)))
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
        return bound | {inner: bound[outer] for inner, outer in self.same.items()}


class Arrays:
    """`model(X[i:j])`: rows are what an index that varies was taken of, else all there are."""

    def __init__(self, update: Update, names: Names, text: str, head_names: set[str]) -> None:
        self.names, self.varying = names, update.varying
        self.drawn = bool(_DRAWN.search(text))
        calls = [one for one in ast.walk(update.lost) if isinstance(one, ast.Call)]
        models = [one for one in calls if called(one, names) is not None]
        given = [a for one in models for a in (*one.args, *(k.value for k in one.keywords))]
        roots = [root for one in given for root in self._arrays(one)]
        if not roots:
            raise UnusualLoop(ast.unparse(update.lost))
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
        whole, batch = self._whole(means), _pair(means, self.names)
        _refuse_shared_draws(whole)
        rows = _pair(whole, self.names)
        roots = [r for e in (*_expressions(whole.inputs), whole.targets) for r in self._arrays(e)]
        self.taken = tuple(dict.fromkeys(map(ast.unparse, roots)))
        first, all_rows = _first(batch[0]), _first(rows[0])
        if first.ndim < all_rows.ndim:
            raise UnusualLoop(f"{ast.unparse(_expressions(means.inputs)[0])}, one row at a time")
        passes = 1.0 if self.is_head else len(first) / len(all_rows)
        return Fed(rows, len(first), self.drawn, passes)

    def held(self, other: Any, means: Meaning) -> tuple[Any, Any]:
        """Those of two other arrays."""
        if not isinstance(other, tuple) or len(self.taken) != len(other):
            raise UnusualLoop(self.source)
        others = dict(zip(self.taken, other, strict=True))
        return _pair(self._whole(means), {**self.names, **others})

    def _arrays(self, node: ast.AST) -> Iterator[ast.expr]:
        for one in ast.walk(node):
            if isinstance(one, ast.Name | ast.Attribute) and _is_array(noted(one, self.names)):
                yield one

    def _whole(self, means: Meaning) -> Meaning:
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


def _refuse_shared_draws(means: Meaning) -> None:
    """Inputs and targets are computed one after the other, so that what both are made of is drawn
    twice."""
    drawn = [
        {
            ast.unparse(call)
            for node in nodes
            for call in ast.walk(node)
            if isinstance(call, ast.Call) and _RANDOM.search(ast.unparse(call.func))
        }
        for nodes in (_expressions(means.inputs), (means.targets,))
    ]
    for text in sorted(drawn[0] & drawn[1]):
        raise UnusualLoop(f"inputs and targets share {text}")


def _counts(items: Any) -> bool:
    """Whether they are numbers, by which a loop cuts its batches itself."""
    first = items[0] if isinstance(items, list | tuple) and items else None
    return isinstance(items, range) or isinstance(first, int) or getattr(items, "ndim", 0) == 1


def _expressions(inputs: Any) -> tuple[ast.expr, ...]:
    return tuple(inputs.values()) if isinstance(inputs, dict) else inputs


def _first(inputs: Any) -> Any:
    """One of several inputs."""
    if isinstance(inputs, Mapping):
        return next(iter(inputs.values()))
    return inputs[0] if isinstance(inputs, tuple) else inputs


def _pair(means: Meaning, names: Names) -> tuple[Any, Any]:
    """Inputs and targets, as the loop computes them."""
    if isinstance(means.inputs, dict):
        by_name: dict[str, Any] = {}
        for name, node in means.inputs.items():
            by_name |= {name: _evaluated(node, names)} if name else dict(_evaluated(node, names))
        return by_name, _evaluated(means.targets, names)
    inputs = tuple(_evaluated(node, names) for node in means.inputs)
    return inputs[0] if len(inputs) == 1 else inputs, _evaluated(means.targets, names)


def _evaluated(node: ast.expr, names: Names) -> Any:
    try:
        return value_of(node, names)
    except NNDoctorError:
        raise
    except Exception as error:
        told = " ".join(str(error).split())[:200]
        raise UnusualLoop(
            f"{ast.unparse(node)}, which raises {type(error).__name__}: {told}"
        ) from error
