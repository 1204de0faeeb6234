"""What a diagnosis says: frozen data, in the words of the result that machines read."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..findings import Finding, Report, Status, Verdict

if TYPE_CHECKING:
    import pandas as pd

Edits = Mapping[str, Any]


@dataclass(frozen=True)
class NamedCause:
    """One cause; `recovery`: the share of the lost score that its change alone brought back.

    `proof`: "experiment", "contradiction" of the recipe with itself, "data" for what was measured
    on the rows alone, or "" for a mere suspicion. `cures`: the change alone does. `cost`: its work
    over the recipe's. `sound_share`: what a sound set-up with this `aspect` of the recipe keeps of
    its score, where that makes it sick.
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
    cures: bool = False
    cost: float | None = None
    aspect: str = ""
    sound_share: float | None = None

    @property
    def certainty(self) -> str:
        """For people: confirmed by experiment, certain without one, or suspected."""
        if self.confirmed or self.proof == "experiment":
            return "confirmed"
        return "certain" if self.proof else "suspected"


@dataclass(frozen=True)
class Alternative:
    """Another single change that cures as well; `cost`: its work over that of the recipe."""

    cause: str
    change: Edits
    recovery: float
    cost: float | None = None


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
class Reached:
    """What one kind of reference reaches: mean, and the deviation over the seeds."""

    name: str
    score: float
    spread: float


@dataclass(frozen=True)
class Step:
    """One step of the examination: how it ended, None where nothing is judged, what was seen."""

    name: str
    status: Status | None
    seen: str


@dataclass(frozen=True)
class Diagnosis:
    """The verdict, what explains it, what cures it, and what was not looked at.

    `share`: the score over that of the reference. `prescription`: edits of the recipe; with
    `replaced` they are a sound set-up in place of it, since no change of it cured. `trained`: the
    recipe as it is on the seeds of the examination; `before` and `after` are of fresh seeds.
    `tried`: changes, alone or together. `rule`: when a difference counts. `measure`: what
    the scores are.
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
    steps: tuple[Step, ...] = ()
    references: tuple[Reached, ...] = ()
    trained: Side | None = None
    tried: int = 0
    rule: str = ""
    measure: str = ""
    recipe_text: str = ""
    cured_recipe: str = ""

    @property
    def diff(self) -> tuple[str, ...]:
        """Lines that begin with "+" or "-", under the table of the recipe that they stand in."""
        return _diff(self.recipe_text, self.cured_recipe) if self.cured_recipe else ()

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
                {
                    "cause": one.cause,
                    "change": dict(one.change),
                    "recovery": one.recovery,
                    "cost": one.cost,
                }
                for one in self.alternatives
            ],
            "cleared": list(self.cleared),
            "not_tested": [{"cause": one.cause, "why": one.why} for one in self.not_tested],
            "before": _side(self.before),
            "after": _side(self.after),
            "prescription": dict(self.prescription),
            "replaced": self.replaced,
            "cured_recipe": self.cured_recipe,
            "reference": {"name": self.reference, "score": self.reference_score},
            "references": [
                {"name": one.name, "score": one.score, "score_spread": one.spread}
                for one in self.references
            ],
            "trained": _side(self.trained),
            "steps": [
                {"step": one.name, "status": one.status, "seen": one.seen} for one in self.steps
            ],
            "sentence": self.sentence,
            "share": self.share,
            "rule": self.rule,
            "measure": self.measure,
            "tried": self.tried,
            "rows": self.rows,
            "seeds": self.seeds,
            "budget": dict(self.budget),
        }


@dataclass(frozen=True)
class DiagnosisReport(Report):
    """A report whose answer is a diagnosis; `wrote`: where the cured recipe went."""

    diagnosis: Diagnosis = field(default_factory=lambda: Diagnosis(Verdict.UNDECIDED, ""))
    wrote: str = ""


def status_of(one: NamedCause) -> str:
    """As the result writes it: what is certain without an experiment is confirmed, too."""
    return "suspected" if one.certainty == "suspected" else "confirmed"


def written(edits: Edits) -> str:
    """Edits in one line; a key that is taken away goes back to its default."""
    told = [f"{key} = {'default' if v is None else _toml(v)}" for key, v in edits.items()]
    return ", ".join(told[:2]) + (f" and {len(told) - 2} more" if len(told) > 2 else "")


def _toml(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


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
        "cures_alone": one.cures,
        "cost": one.cost,
        "aspect": one.aspect,
        "sound_share": one.sound_share,
    }


def _diff(old: str, new: str) -> tuple[str, ...]:
    """The lines that differ, below the heading of their table; no other line."""
    told: list[str] = []
    heading, shown = "", ""
    for line in difflib.ndiff(old.splitlines(), new.splitlines()):
        mark, text = line[:1], line[2:]
        if mark == "?":
            continue
        if text.startswith("["):
            heading = text
        if mark == " " or not text.strip():
            continue
        if heading and heading != shown and not text.startswith("["):
            told.append(f"  {heading}")
        shown = heading
        told.append(f"{mark} {text}")
    return tuple(told)


def _side(side: Side | None) -> dict[str, Any] | None:
    if side is None:
        return None
    return {
        "score": side.score,
        "score_spread": side.score_spread,
        "loss": side.loss,
        "scores": list(side.scores),
    }
