"""The rows that a script's loop feeds its model with: out of a loader, of batches, or of arrays."""

import ast
import copy
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from ...errors import NNDoctorError
from .alike import differ, keys
from .loop import Round, UnusualLoop, Update
from .update import Meaning, called, noted, value_of

Names = Mapping[str, Any]
_ITEM = "_item"
_MIXED = re.compile(
    r"(randperm|permutation|permuted|shuffle\w*|choices?|randint|integers|sample)\("
)
_DEEPEST = 9  # wrappings of a loader
_WRAPPED = re.compile(r"tqdm|track|progress|\biter$|\blist$|prefetch", re.I)


@dataclass(frozen=True)
class Fed:
    """Inputs and targets of all rows, the batch size, whether they are mixed anew in each epoch,
    how often all pass in one round of the loop, whether they would be others when read again, and
    a word where some were left out."""

    rows: tuple[Any, Any]
    batch_size: int
    shuffle: bool
    passes: float = 1.0
    drawn: bool = False
    left: str = ""

    @property
    def counts(self) -> list[int]:
        """Rows of each input."""
        return [len(one) for one in _several(self.rows[0])]

    @property
    def count(self) -> int:
        """Rows of the first."""
        return self.counts[0]


class Feeding(Protocol):
    """Where rows come from: `source` is how the script calls it."""

    is_head: bool  # whether the innermost loop goes over batches and not over epochs

    @property
    def source(self) -> str:
        """How the script calls it."""

    def of_batch(self, node: ast.AST) -> bool:
        """Whether a piece of the update comes out of the batch."""

    def whole(self, means: Meaning) -> Meaning:
        """The same of all rows."""

    def fed(self, means: Meaning) -> Fed:
        """All rows; raises UnusualLoop."""

    def held(self, other: Any, means: Meaning) -> tuple[Any, Any]:
        """Those of held-out rows; raises UnusualLoop or DataError for another form."""


@dataclass(frozen=True)
class Around:
    """The loops around an update: the innermost, if any, and all in one text, which tells whether
    rows are mixed; `given`: what a name was given before; `same`: names of the update by those that
    they have at the loop's head, where that stands in the function's caller."""

    innermost: Round | None
    text: str
    given: Callable[[str], ast.expr | None]
    same: Mapping[str, str]


def feeding_of(around: Around, update: Update, names: Names) -> Feeding:
    """By the innermost loop, of whose items the update takes names, or by arrays."""
    head: set[str] = set()
    if isinstance(around.innermost, ast.For):
        head = {one.id for one in ast.walk(around.innermost.target) if isinstance(one, ast.Name)}
        loader = Loader(around.innermost, around, names)
        if loader.of_batch(update.lost) and not _counts(loader.items):
            return loader
    return Arrays(update, names, around.text, head)


class Loader:
    """`for x, y in loader`: rows are what the loop's head takes out of an item."""

    is_head = True

    def __init__(self, head: ast.For, around: Around, names: Names) -> None:
        self.names, self.same = names, around.same
        self.target, self.iterated = head.target, head.iter
        self._unwrap(around.given)
        self.source = ast.unparse(self.iterated)
        self.items = _evaluated(self.iterated, names)
        if isinstance(self.iterated, ast.Name) and _is_spent(self.items):
            raise UnusualLoop(f"{self.source}, an iterator that the loop has begun")
        bound = {one.id for one in ast.walk(self.target) if isinstance(one, ast.Name)}
        self.bound = bound | {inner for inner, outer in self.same.items() if outer in bound}

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
        from ...adapters.torch.rows import batches_of

        rows, left = self._rows(self.items, means, "train")
        size, mixed = batches_of(self.items)
        source = _evaluated(self.iterated, self.names)  # a generator is another one now
        again, _ = self._rows(source, means, "train", None if mixed is None else 1)
        drawn = differ(*(_first_rows(pair, len(again[1])) for pair in (rows, again)))
        if drawn and mixed is None and _same_rows(rows, again):
            drawn, mixed = False, True
        if drawn:
            _refuse_shared(means, self._bound(next(iter(_evaluated(self.iterated, self.names)))))
        return Fed(rows, size or self.first, bool(mixed), drawn=drawn, left=left)

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
        self.mixed = bool(_MIXED.search(text))
        calls = [one for one in ast.walk(update.lost) if isinstance(one, ast.Call)]
        models = [one for one in calls if called(one, names) is not None]
        given = [a for one in models for a in (*one.args, *(k.value for k in one.keywords))]
        roots = [r for one in given for r in self._cut(one)]
        roots = roots or [r for one in given for r in self._arrays(one)]
        if not models:
            raise UnusualLoop(f"no call of a model in {ast.unparse(update.lost)}")
        if not roots:
            raise UnusualLoop(f"no loader or array behind {ast.unparse(models[0])}")
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
        whole, batch = self.whole(means), _pair(means, self.names)
        rows = _pair(whole, self.names)
        drawn = differ(rows, _pair(whole, self.names))
        if drawn:
            _refuse_shared(whole, self.names)
        roots = [r for e in (*_expressions(whole.inputs), whole.targets) for r in self._arrays(e)]
        self.taken = tuple(dict.fromkeys(map(ast.unparse, roots)))
        first, all_rows = _several(batch[0])[0], _several(rows[0])[0]
        if first.ndim < all_rows.ndim:
            raise UnusualLoop(f"{ast.unparse(_expressions(means.inputs)[0])}, one row at a time")
        passes = 1.0 if self.is_head else len(first) / len(all_rows)
        return Fed(rows, len(first), self.mixed, passes, drawn)

    def held(self, other: Any, means: Meaning) -> tuple[Any, Any]:
        """Those of two other arrays."""
        if not isinstance(other, tuple) or len(self.taken) != len(other):
            raise UnusualLoop(self.source)
        others = dict(zip(self.taken, other, strict=True))
        return _pair(self.whole(means), {**self.names, **others})

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


def _refuse_shared(means: Meaning, names: Names) -> None:
    """Inputs and targets are computed one after the other, so that what both are made of would be
    drawn twice."""
    calls = [
        {ast.unparse(one): one for n in nodes for one in ast.walk(n) if isinstance(one, ast.Call)}
        for nodes in (_expressions(means.inputs), (means.targets,))
    ]
    for text in sorted(calls[0].keys() & calls[1].keys(), key=len):
        if differ(*(_evaluated(calls[0][text], names) for _ in range(2))):
            raise UnusualLoop(f"inputs and targets share {text}")


def _same_rows(one: tuple[Any, Any], other: tuple[Any, Any]) -> bool:
    """Whether they are in another order alone."""
    count = len(one[1])
    return sorted(keys(_first_rows(one, count))) == sorted(keys(_first_rows(other, count)))


def _first_rows(pair: tuple[Any, Any], count: int) -> Any:
    """The first rows of inputs and targets."""
    return [one[:count] for one in (*_several(pair[0]), pair[1])]


def _is_spent(items: Any) -> bool:
    """An iterator or a progress bar, which the script's own loop has begun."""
    return hasattr(items, "__next__") or (hasattr(items, "iterable") and hasattr(items, "n"))


def _counts(items: Any) -> bool:
    """Whether they are numbers, by which a loop cuts its batches itself."""
    first = items[0] if isinstance(items, list | tuple) and items else None
    return isinstance(items, range) or isinstance(first, int) or getattr(items, "ndim", 0) == 1


def _expressions(inputs: Any) -> tuple[ast.expr, ...]:
    return tuple(inputs.values()) if isinstance(inputs, dict) else inputs


def _several(inputs: Any) -> tuple[Any, ...]:
    if isinstance(inputs, Mapping):
        return tuple(inputs.values())
    return inputs if isinstance(inputs, tuple) else (inputs,)


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
