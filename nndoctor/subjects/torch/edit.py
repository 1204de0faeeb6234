"""One change of a PyTorch set-up: how it is made, and how its user would write it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...diagnosis.subject import Refused


@dataclass(frozen=True)
class Edit:
    """A change of what is behind `topic`, which another one of the same topic replaces.

    A new "optimizer" also replaces what was changed of the old one, such as "optimizer.lr".
    `line` is what the user writes: with a `value` it is "line = value". It is made of each start
    (`change`), of the configuration (`settings`), of the rows ("inputs" or "target"), or of the
    number of epochs.
    """

    topic: str
    component: str
    line: str
    value: Any = ""
    change: Callable[[Any], None] | None = field(default=None, compare=False)
    settings: Mapping[str, Any] = field(default_factory=dict, compare=False)
    rows: str = ""
    epochs: int | None = None


Edits = tuple[Edit, ...]
Answer = Edits | Refused
