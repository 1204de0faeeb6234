"""What every check shares: a code, a name, and how it words a finding."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from ..findings import Finding, Status


@dataclass(frozen=True)
class Check:
    """One question about a set-up. Subclasses measure, then judge; `judge` is pure.

    Thresholds are fields of the subclass, each with its derivation or source. Comparisons are
    written so that NaN is never "ok". `least` holds the smallest counts that make sense, where
    that is not 1.
    """

    least: ClassVar[Mapping[str, int]] = {}

    code: str = ""
    name: str = ""

    def finding(self, status: Status, message: str, **facts: Any) -> Finding:
        """A finding of this check; `facts` are the other fields of `Finding`."""
        return Finding(self.code, self.name, status, message, **facts)

    def skip(self, why: str) -> Finding:
        """The question could not be asked of this set-up."""
        return self.finding(Status.SKIP, why)
