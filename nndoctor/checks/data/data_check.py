"""What the checks of data share: a table goes in, one finding comes out."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ...findings import Finding
from ..check import Check
from ..measures.raw_table import RawTable


@dataclass(frozen=True)
class DataCheck(Check, ABC):
    """One question about a table (1xx), answered without training."""

    def skips(self, table: RawTable) -> str:
        """Why the question can't be asked of this table; empty where it can."""
        return ""

    @abstractmethod
    def measure(self, table: RawTable) -> Any:
        """The numbers that `judge` takes."""

    @abstractmethod
    def judge(self, seen: Any) -> Finding:
        """The finding for what was measured; pure."""

    def examine(self, table: RawTable) -> Finding:
        """Measures and judges, or says why not."""
        why = self.skips(table)
        return self.skip(why) if why else self.judge(self.measure(table))


def named(names: Sequence[str], most: int = 3) -> str:
    """Columns for a message, each once, the first few of many: 'a', 'b' and 7 more."""
    names = list(dict.fromkeys(names))
    shown = ", ".join(f"'{name}'" for name in names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"


def counted(count: int, noun: str) -> str:
    """A number with its noun: 1 row, 2 rows, 2 classes."""
    many = "es" if noun.endswith("s") else "s"
    return f"{count} {noun}{many * (count != 1)}"
