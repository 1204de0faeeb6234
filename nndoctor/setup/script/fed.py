"""The rows that a script's loop feeds its model with."""

import ast
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from ...errors import NNDoctorError
from .alike import differ
from .known import UnusualLoop
from .loop import Round
from .update import Meaning, value_of

Names = Mapping[str, Any]
UNMIXED = "a copy of the file that trains on its rows as they are can be examined"


@dataclass(frozen=True)
class Fed:
    """Inputs and targets of all rows, the batch size, whether they are mixed anew in each epoch,
    how often all pass in one round of the loop, whether they would be others when read again, a
    word where some were left out, and whether an epoch leaves out what is behind its last whole
    batch."""

    rows: tuple[Any, Any]
    batch_size: int
    shuffle: bool
    passes: float = 1.0
    drawn: bool = False
    left: str = ""
    drop_last: bool = False

    @property
    def counts(self) -> list[int]:
        """Rows of each input."""
        return [len(one) for one in several(self.rows[0])]

    @property
    def batches(self) -> int:
        """Of an epoch."""
        size = min(self.batch_size, self.count)
        return self.count // size if self.drop_last else -(-self.count // size)

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
    rows are mixed; `given`: what a name was given before; `same`: names of the update by how they
    are read at the loop's head, `batch[0]`, where that stands in the function's caller."""

    innermost: Round | None
    text: str
    given: Callable[[str], ast.expr | None]
    same: Mapping[str, str]


def refuse_shared(means: Meaning, names: Names) -> None:
    """Inputs and targets are computed one after the other, so that what both are made of would be
    drawn twice."""
    _refuse_shared("targets", expressions(means.inputs), (means.targets,), names)


def refuse_mixed(means: Meaning, names: Names) -> None:
    """Nor can a loss know what inputs were mixed by, as of mixup."""
    loss = ast.parse(means.said, mode="eval").body
    _refuse_shared("loss", expressions(means.inputs), (loss,), names)


def _refuse_shared(
    what: str, inputs: Iterable[ast.expr], others: Iterable[ast.expr], names: Names
) -> None:
    calls = [
        {ast.unparse(one): one for n in nodes for one in ast.walk(n) if isinstance(one, ast.Call)}
        for nodes in (inputs, others)
    ]
    for text in sorted(calls[0].keys() & calls[1].keys(), key=len):
        one, other = (evaluated(calls[0][text], names) for _ in range(2))
        numbers = isinstance(one, int | float) and one != other
        if numbers or differ(one, other):
            raise UnusualLoop(f"inputs and {what} share {text}", UNMIXED)


def expressions(inputs: Any) -> tuple[ast.expr, ...]:
    return tuple(inputs.values()) if isinstance(inputs, dict) else inputs


def several(inputs: Any) -> tuple[Any, ...]:
    if isinstance(inputs, Mapping):
        return tuple(inputs.values())
    return inputs if isinstance(inputs, tuple) else (inputs,)


def pair_of(means: Meaning, names: Names) -> tuple[Any, Any]:
    """Inputs and targets, as the loop computes them."""
    if isinstance(means.inputs, dict):
        by_name: dict[str, Any] = {}
        for name, node in means.inputs.items():
            by_name |= {name: evaluated(node, names)} if name else dict(evaluated(node, names))
        return by_name, evaluated(means.targets, names)
    inputs = tuple(evaluated(node, names) for node in means.inputs)
    return inputs[0] if len(inputs) == 1 else inputs, evaluated(means.targets, names)


def evaluated(node: ast.expr, names: Names) -> Any:
    try:
        return value_of(node, names)
    except NNDoctorError:
        raise
    except Exception as error:
        told = " ".join(str(error).split())[:200]
        raise UnusualLoop(
            f"{ast.unparse(node)}, which raises {type(error).__name__}: {told}"
        ) from error
