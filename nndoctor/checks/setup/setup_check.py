"""What the checks of a set-up share: a design goes in, one finding with all faults comes out."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ...findings import Finding, Status, Where
from ..check import Check
from ..measures.design import Design


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong; a check may find several."""

    status: Status
    told: str
    suggests: tuple[str, ...]
    advice: str
    layer: str | None = None


@dataclass(frozen=True)
class SetupCheck(Check, ABC):
    """One question about a set-up (2xx), answered without running it."""

    def skips(self, design: Design) -> str:
        """Why the question can't be asked of this set-up; empty where it can."""
        return ""

    @abstractmethod
    def measure(self, design: Design) -> Any:
        """The facts that `judge` takes."""

    @abstractmethod
    def judge(self, seen: Any) -> Finding:
        """The finding for what was measured; pure."""

    def examine(self, design: Design) -> Finding:
        """Measures and judges, or says why not."""
        why = self.skips(design)
        return self.skip(why) if why else self.judge(self.measure(design))

    def answer(self, faults: Sequence[Fault], fine: str, **facts: Any) -> Finding:
        """All faults in one finding, the worst first; `fine` where there is none."""
        if not faults:
            return self.finding(Status.OK, fine, **facts)
        told = sorted(faults, key=lambda fault: -fault.status.severity)
        return self.finding(
            told[0].status,
            "; ".join(fault.told for fault in told),
            where=Where(layer=told[0].layer),
            suggests=tuple(dict.fromkeys(cause for fault in told for cause in fault.suggests)),
            advice="; ".join(dict.fromkeys(fault.advice for fault in told)),
            **facts,
        )


def listed(names: Sequence[str], most: int = 3) -> str:
    """Layers for a message, the first few of many: layer 1, layer 2 and 7 more."""
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"
