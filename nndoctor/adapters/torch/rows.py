"""What a model is fed as rows of numbers [B, D], and back: one tensor, several, or by name."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import torch

from ...errors import DataError
from ...trainable import Array

CHUNK = 1000  # rows that are put together where no batch size is known
MOST_ROWS = 50_000  # that are taken over from a data set
EXACT = 1 << 24  # whole numbers up to here are kept by float32
TARGETS = ("labels", "label", "targets", "target", "y")  # names of what is to be learned in a dict


@dataclass(frozen=True)
class Piece:
    """One tensor of the input: its name, its shape without the rows, and its kind."""

    name: str
    shape: tuple[int, ...]
    dtype: torch.dtype

    @property
    def size(self) -> int:
        """Numbers a row."""
        return int(np.prod(self.shape, dtype=np.int64))

    @property
    def described(self) -> str:
        """Shape and kind, the rows as B."""
        return f"[{', '.join(['B', *map(str, self.shape)])}] {str(self.dtype).split('.')[-1]}"


@dataclass(frozen=True)
class Layout:
    """How one row of numbers is cut into what the model is called with.

    `form`: "one" tensor, "several" in order, or "named".
    """

    pieces: tuple[Piece, ...]
    form: str

    @classmethod
    def of(cls, inputs: Any) -> "Layout":
        """That of tensors with rows first."""
        form, parts = _parts(inputs)
        return cls(tuple(Piece(n, tuple(t.shape[1:]), t.dtype) for n, t in parts.items()), form)

    def pack(self, inputs: Any) -> Array:
        """[B, D], in float32 unless that would lose something."""
        tensors = list(_parts(inputs)[1].values())
        kind = np.float64 if any(map(_needs_double, tensors)) else np.float32
        flat = [t.detach().cpu().reshape(len(t), -1).to(torch.float64).numpy() for t in tensors]
        return np.ascontiguousarray(np.concatenate(flat, axis=1, dtype=kind, casting="unsafe"))

    def columns(self, name: str) -> slice:
        """Where a piece lies in a row of numbers."""
        names = [one.name for one in self.pieces]
        before = sum(one.size for one in self.pieces[: names.index(name)])
        return slice(before, before + self.pieces[names.index(name)].size)

    def unpack(self, x: Array, device: Any, floats: torch.dtype | None) -> Any:
        """What the model is called with; `floats`: the precision of what is not whole numbers."""
        tensors = {}
        for piece in self.pieces:
            values = torch.from_numpy(np.array(x[:, self.columns(piece.name)]))
            kind = floats if floats is not None and piece.dtype.is_floating_point else piece.dtype
            tensors[piece.name] = values.reshape(len(x), *piece.shape).to(device, kind)
        if self.form == "one":
            return next(iter(tensors.values()))
        return tensors if self.form == "named" else tuple(tensors.values())


@dataclass(frozen=True)
class Targets:
    """How the targets of a batch are turned back into what the loss gets.

    `shape` is that of one row; `classes` above 0: the loss gets one-hot rows of so many, while a
    batch holds class numbers.
    """

    shape: tuple[int, ...]
    dtype: torch.dtype
    classes: int = 0

    def pack(self, targets: torch.Tensor) -> Array:
        """[B, T], or class numbers [B, 1]."""
        flat = targets.detach().cpu().reshape(len(targets), -1)
        if self.classes:
            return np.array(flat.argmax(dim=1, keepdim=True).numpy())
        whole = not flat.dtype.is_floating_point
        return np.array(flat.to(torch.int64 if whole else torch.float64).numpy())

    def unpack(self, y: Array, device: Any, floats: torch.dtype | None) -> torch.Tensor:
        """What the loss gets."""
        kind = floats if floats is not None and self.dtype.is_floating_point else self.dtype
        values = torch.from_numpy(np.array(y))
        if self.classes:
            values = torch.nn.functional.one_hot(values.reshape(-1).long(), self.classes)
        return values.reshape(len(y), *self.shape).to(device, kind)


def call(model: Any, inputs: Any) -> Any:
    """The model on one tensor, on several, or on named ones."""
    if isinstance(inputs, Mapping):
        return model(**inputs)
    return model(*inputs) if isinstance(inputs, tuple) else model(inputs)


def cut(inputs: Any, part: slice) -> Any:
    """Some rows of one tensor, of several, or of named ones."""
    if isinstance(inputs, Mapping):
        return {name: one[part] for name, one in inputs.items()}
    return tuple(one[part] for one in inputs) if isinstance(inputs, tuple) else inputs[part]


def gathered(source: Any, what: str) -> tuple[Any, torch.Tensor, str]:
    """Inputs and targets of all rows with rows first, and a word where some were left out.

    Raises DataError where `source` is neither tensors, a Dataset nor a DataLoader, or is empty.
    """
    if _is_pair(source):
        inputs, targets, left = source[0], source[1], ""
    else:
        inputs, targets, left = _collected(source, what)
    inputs, targets = _tensors(inputs), _tensor(targets)
    rows = {len(t) if t.dim() else 0 for t in (*_parts(inputs)[1].values(), targets)}
    if rows == {0}:
        raise DataError(f"{what} has no rows", "a data set or loader that gives some")
    if len(rows) > 1:
        raise DataError(
            f"{what}: inputs and targets have {' and '.join(map(str, sorted(rows)))} rows",
            "as many targets as inputs, rows first",
        )
    return inputs, targets, left


def batches_of(source: Any) -> tuple[int | None, bool | None]:
    """Batch size and shuffling of a DataLoader; None where it is none."""
    sampler = getattr(source, "sampler", None)
    if sampler is None:
        return None, None
    size = getattr(source, "batch_size", None)
    return size, not isinstance(sampler, torch.utils.data.SequentialSampler)


def drops_last(source: Any) -> bool:
    """Whether a DataLoader leaves out what is left behind its last whole batch."""
    batches = getattr(source, "batch_sampler", None)
    return bool(getattr(batches, "drop_last", getattr(source, "drop_last", False)))


def items_of(source: Any, what: str, most: int = MOST_ROWS) -> tuple[list[Any], str]:
    """What a loop over a loader, or over any batches, gets in one pass, rows in their order, in at
    least `most` rows; and a word where some were left out.

    Raises DataError for rows that come one at a time, and for none.
    """
    data, rows = getattr(source, "dataset", None), 0
    if data is None and hasattr(source, "__getitem__") and _is_row(source[0]):
        raise DataError(f"{what} gives one row at a time", "a DataLoader over it gives batches")
    if data is not None and hasattr(data, "__getitem__") and hasattr(data, "__len__"):
        order, left = _order(source, data, what)
        size = batches_of(source)[0] or CHUNK
        starts = range(0, min(len(order), most), size)
        items = [source.collate_fn([data[i] for i in order[s : s + size]]) for s in starts]
        return _some(items, what), left
    items = []
    for item in source:
        items.append(item)
        rows += _rows_of(item)
        if rows >= most:
            return items, f"{what}: the first {rows} rows of a stream"
    return _some(items, what), ""


def joined(parts: Sequence[tuple[Any, Any]]) -> tuple[Any, torch.Tensor]:
    """Pairs of inputs and targets, one behind the other."""
    inputs = [_tensors(one) for one, _ in parts]
    return _joined(inputs), torch.cat([_tensor(two) for _, two in parts])


def _order(source: Any, data: Any, what: str) -> tuple[Sequence[int], str]:
    """Which rows of a data set a loader gives, and a word where it gives them otherwise."""
    from torch.utils.data import RandomSampler, SequentialSampler, SubsetRandomSampler

    sampler = getattr(source, "sampler", None)
    all_rows: Sequence[int] = range(len(data))
    if isinstance(sampler, SubsetRandomSampler):
        all_rows = [int(i) for i in sampler.indices]
    order, left = all_rows[:MOST_ROWS], ""
    usual = isinstance(sampler, SequentialSampler | SubsetRandomSampler | None)
    if not usual and (not isinstance(sampler, RandomSampler) or sampler.replacement):
        left = f"{what}: each row once an epoch, and not as its {type(sampler).__name__} draws them"
    if len(order) < len(all_rows):
        left = f"{what}: the first {len(order)} of {len(all_rows)} rows"
    return order, left


def _some(items: list[Any], what: str) -> list[Any]:
    if not items:
        raise DataError(f"{what} has no rows", "a data set that is not empty")
    return items


def _rows_of(item: Any) -> int:
    first = next(iter(item.values())) if isinstance(item, Mapping) else item
    first = first[0] if isinstance(first, Sequence) else first
    return len(first) if getattr(first, "ndim", 1) else 1


def _is_row(item: Any) -> bool:
    """Inputs with a target that is one number."""
    return isinstance(item, tuple | list) and len(item) > 1 and getattr(item[-1], "ndim", 0) == 0


def _is_pair(source: Any) -> bool:
    """(inputs, targets), and no list of rows."""
    return isinstance(source, tuple) and len(source) == 2


def _collected(source: Any, what: str) -> tuple[Any, Any, str]:
    """All rows of a data set or a loader, in their order and not in that of its shuffling."""
    data = getattr(source, "dataset", source)
    collate = getattr(source, "collate_fn", None) or torch.utils.data.default_collate
    if hasattr(data, "__getitem__") and hasattr(data, "__len__"):
        order, left = _order(source, data, what)
        if not order:
            raise DataError(f"{what} has no rows", "a data set that is not empty")
        inputs, targets = _split(collate([data[i] for i in order]), what)
        return inputs, targets, left
    if not hasattr(source, "__iter__"):
        raise DataError(
            f"{what} is a {type(source).__name__}",
            "(inputs, targets) as tensors, a Dataset or a DataLoader",
        )
    return _streamed(source, collate, what)


def _streamed(source: Any, collate: Any, what: str) -> tuple[Any, Any, str]:
    """As many rows as are taken from one that has no length."""
    batched = hasattr(source, "dataset") and source.batch_size is not None
    seen: list[tuple[Any, Any]] = []
    rows = 0
    stream: Iterator[Any] = iter(source)
    for item in islice(stream, MOST_ROWS):
        inputs, targets = _split(item if batched else collate([item]), what)
        seen.append((_tensors(inputs), _tensor(targets)))
        rows += len(seen[-1][1])
        if rows >= MOST_ROWS:
            break
    if not rows:
        raise DataError(f"{what} has no rows", "a data set that is not empty")
    inputs = _joined([pair[0] for pair in seen])
    left = f"{what}: the first {rows} rows of a stream"
    return inputs, torch.cat([pair[1] for pair in seen]), left


def _joined(parts: Sequence[Any]) -> Any:
    first = parts[0]
    if isinstance(first, Mapping):
        return {name: torch.cat([part[name] for part in parts]) for name in first}
    if isinstance(first, tuple):
        return tuple(torch.cat(columns) for columns in zip(*parts, strict=True))
    return torch.cat(list(parts))


def _split(item: Any, what: str) -> tuple[Any, Any]:
    """Inputs and targets of one batch of a user's own making."""
    if isinstance(item, Mapping):
        name = next((name for name in TARGETS if name in item), None)
        if name is not None:
            return {key: value for key, value in item.items() if key != name}, item[name]
    elif isinstance(item, Sequence) and len(item) > 1:
        return (item[0] if len(item) == 2 else tuple(item[:-1])), item[-1]
    raise DataError(
        f"{what} gives a {type(item).__name__} without targets",
        f"pairs (inputs, targets), or a dict with {' or '.join(TARGETS[:3])}",
    )


def _parts(inputs: Any) -> tuple[str, dict[str, torch.Tensor]]:
    if isinstance(inputs, Mapping):
        return "named", dict(inputs)
    if isinstance(inputs, tuple):
        return "several", {f"input {i + 1}": one for i, one in enumerate(inputs)}
    return "one", {"input": inputs}


def _tensors(inputs: Any) -> Any:
    if isinstance(inputs, Mapping):
        return {str(name): _tensor(one) for name, one in inputs.items()}
    if isinstance(inputs, tuple | list):
        return tuple(_tensor(one) for one in inputs)
    return _tensor(inputs)


def _tensor(value: Any) -> torch.Tensor:
    if isinstance(value, torch.Tensor):
        return value.detach()
    try:
        return torch.as_tensor(np.asarray(value))
    except (TypeError, ValueError) as error:
        raise DataError(
            f"rows of {type(value).__name__}", "tensors or arrays of numbers"
        ) from error


def _needs_double(tensor: torch.Tensor) -> bool:
    if tensor.dtype == torch.float64:
        return True
    return not tensor.dtype.is_floating_point and bool((tensor.abs().amax() > EXACT).item())
