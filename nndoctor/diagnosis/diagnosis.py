"""What a diagnosis says: frozen data, in the words of the result that machines read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..findings import Finding, Verdict

if TYPE_CHECKING:
    import pandas as pd

Edits = Mapping[str, Any]


@dataclass(frozen=True)
class NamedCause:
    """One cause; `recovery`: the share of the lost score that its change alone brought back.

    `proof`: "experiment", "contradiction" of the recipe with itself, "data" for what was measured
    on the rows alone, or "" for a mere suspicion.
    """

    cause: str
    confirmed: bool
    proof: str = ""
    recovery: float | None = None
    recovery_spread: float | None = None
    why: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    change: Edits = field(default_factory=dict)
    advice: str = ""


@dataclass(frozen=True)
class Alternative:
    """Another single change that cures as well."""

    cause: str
    change: Edits
    recovery: float


@dataclass(frozen=True)
class NotTested:
    """A cause that was not tried, and why."""

    cause: str
    why: str


@dataclass(frozen=True)
class Side:
    """One side of the comparison on fresh seeds: means, and the deviation over the seeds."""

    score: float
    score_spread: float
    loss: float
    scores: tuple[float, ...] = ()


@dataclass(frozen=True)
class Diagnosis:
    """The verdict, what explains it, what cures it, and what was not looked at.

    `share`: the score over that of the reference. `prescription`: edits of the recipe; with
    `replaced` they are a sound set-up in place of it, since no change of it cured.
    """

    verdict: Verdict
    sentence: str
    rows: str = ""
    seeds: int = 0
    share: float | None = None
    reference: str = ""
    reference_score: float | None = None
    causes: tuple[NamedCause, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    cleared: tuple[str, ...] = ()
    not_tested: tuple[NotTested, ...] = ()
    before: Side | None = None
    after: Side | None = None
    prescription: Edits = field(default_factory=dict)
    replaced: bool = False
    findings: tuple[Finding, ...] = ()
    budget: Mapping[str, float] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    interrupted: bool = False

    def to_frame(self) -> "pd.DataFrame":
        """One row a cause, in order."""
        import pandas as pd

        columns = ("rank", "cause", "status", "proof", "recovery", "recovery_spread", "change")
        rows = [
            (at, one.cause, status_of(one), one.proof, one.recovery, one.recovery_spread,
             dict(one.change))
            for at, one in enumerate(self.causes, 1)
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=list(columns))

    def to_dict(self) -> dict[str, Any]:
        """The fields of the JSON result below `findings`."""
        return {
            "causes": [_cause(one, at) for at, one in enumerate(self.causes, 1)],
            "alternatives": [
                {"cause": one.cause, "change": dict(one.change), "recovery": one.recovery}
                for one in self.alternatives
            ],
            "cleared": list(self.cleared),
            "not_tested": [{"cause": one.cause, "why": one.why} for one in self.not_tested],
            "before": _side(self.before),
            "after": _side(self.after),
            "prescription": dict(self.prescription),
            "replaced": self.replaced,
            "reference": {
                "name": self.reference,
                "score": self.reference_score,
                "share": self.share,
            },
            "rows": self.rows,
            "seeds": self.seeds,
            "budget": dict(self.budget),
        }


def status_of(one: NamedCause) -> str:
    """As the result writes it."""
    return "confirmed" if one.confirmed else "suspected"


def _cause(one: NamedCause, rank: int) -> dict[str, Any]:
    return {
        "cause": one.cause,
        "status": status_of(one),
        "rank": rank,
        "proof": one.proof,
        "recovery": one.recovery,
        "recovery_spread": one.recovery_spread,
        "why": list(one.why),
        "findings": list(one.findings),
        "change": dict(one.change),
        "advice": one.advice,
    }


def _side(side: Side | None) -> dict[str, Any] | None:
    if side is None:
        return None
    return {"score": side.score, "score_spread": side.score_spread, "loss": side.loss}
