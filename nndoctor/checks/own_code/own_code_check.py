"""What the checks of a user's own code share: facts go in, one finding comes out."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

from ...findings import Finding
from ...owncode import OwnCode
from ..check import Check


@dataclass(frozen=True)
class OwnCodeCheck(Check, ABC):
    """One question about a user's own program (8xx), answered by a batch and a few updates."""

    @abstractmethod
    def judge(self, seen: OwnCode) -> Finding:
        """The finding for what was seen; pure."""


def listed(names: list[str], most: int = 3) -> str:
    """Names for a message, the first few of many."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")
