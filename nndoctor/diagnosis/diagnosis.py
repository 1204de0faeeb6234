"""What a diagnosis says: frozen data, in the words of the result that machines read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..findings import Evidence, Finding, Report, Verdict
from .differing import changed_lines
from .records import (
    Alternative,
    Edits,
    Gain,
    Improvement,
    NamedCause,
    NotTested,
    Optimism,
    Reached,
    Side,
    Step,
)

if TYPE_CHECKING:
    import pandas as pd

SHOWN = 3  # changes in one line


@dataclass(frozen=True)
class Diagnosis:
    """The verdict, what explains it, what cures it, and what was not looked at.

    `gap`: the score of the reference minus that of the recipe. `prescription`: edits of the recipe;
    with `replaced` they are a sound set-up in place of it. `prescription_status`: "confirmed" on
    fresh seeds, "improves" where it does better there without reaching the reference, or "not yet
    confirmed". `trained`: the recipe as it is on the seeds of the search; `before`, `after` and
    `cure_gain` are of the confirmation. `finished`: whether everything that could be tried was.
    `simple`: the best model that is no network, where it does better. `rule`: when a difference
    counts. `metric`: what the scores are, `measure` in a sentence.
    `code`: the cure in the words of the library that the model is of. `figures`: what its runs
    looked like, which stands in the evidence of the report.
    """

    verdict: Verdict
    sentence: str
    rows: str = ""
    seeds: int = 0
    gap: Gain | None = None
    share: float | None = None
    reference: str = ""
    reference_score: float | None = None
    simple: Reached | None = None
    causes: tuple[NamedCause, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    improvements: tuple[Improvement, ...] = ()
    ruled_out: tuple[str, ...] = ()
    not_tested: tuple[NotTested, ...] = ()
    before: Side | None = None
    after: Side | None = None
    prescription: Edits = field(default_factory=dict)
    prescription_status: str = ""
    cure_gain: Gain | None = None
    replaced: bool = False
    finished: bool = True
    findings: tuple[Finding, ...] = ()
    budget: Mapping[str, float] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    interrupted: bool = False
    steps: tuple[Step, ...] = ()
    references: tuple[Reached, ...] = ()
    trained: Side | None = None
    tried: int = 0
    rule: str = ""
    metric: str = ""
    measure: str = ""
    placebo: Mapping[str, int] = field(default_factory=dict)
    optimism: Optimism | None = None
    evidence: tuple[Mapping[str, Any], ...] = ()
    recipe_text: str = ""
    cured_recipe: str = ""
    code: tuple[str, ...] = ()
    figures: tuple[Evidence, ...] = ()

    @property
    def diff(self) -> tuple[str, ...]:
        """Lines that begin with "+" or "-", under the table of the recipe that they stand in."""
        return changed_lines(self.recipe_text, self.cured_recipe) if self.cured_recipe else ()

    @property
    def left_untested(self) -> tuple[NotTested, ...]:
        """What was not tested and is not named for other reasons."""
        named = {one.cause for one in self.causes}
        return tuple(one for one in self.not_tested if one.cause not in named)

    def to_frame(self) -> "pd.DataFrame":
        """One row a cause, in order."""
        import pandas as pd

        columns = ("rank", "cause", "status", "proof", "gain", "low", "high", "change")
        rows = [
            (at, one.cause, one.certainty, one.proof, *_numbers(one.gain), dict(one.change))
            for at, one in enumerate(self.causes, 1)
        ]
        return pd.DataFrame(rows, columns=list(columns))

    def to_dict(self) -> dict[str, Any]:
        """The fields of the JSON result below `findings`."""
        return {
            "causes": [_cause(one, at) for at, one in enumerate(self.causes, 1)],
            "alternatives": [
                {"cause": one.cause, "change": dict(one.change), "gain": one.gain.to_dict(),
                 "cost": one.cost}
                for one in self.alternatives
            ],
            "improvements": [
                {"cause": one.cause, "words": one.words, "change": dict(one.change),
                 "gain": one.gain.mean, "interval": list(one.gain.ends)}
                for one in self.improvements
            ],
            "ruled_out": list(self.ruled_out),
            "not_tested": [{"cause": one.cause, "why": one.why} for one in self.not_tested],
            "before": _side(self.before),
            "after": _side(self.after),
            "prescription": dict(self.prescription),
            "prescription_status": self.prescription_status,
            "cure_gain": self.cure_gain.to_dict() if self.cure_gain else None,
            "replaced": self.replaced,
            "cured_recipe": self.cured_recipe,
            "code": list(self.code),
            "gap": self.gap.to_dict() if self.gap else None,
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
            "metric": self.metric,
            "measure": self.measure,
            "tried": self.tried,
            "finished": self.finished,
            "rows": self.rows,
            "seeds": self.seeds,
            "placebo": dict(self.placebo),
            "optimism": {
                "mixed": self.optimism.mixed, "apart": self.optimism.apart,
                "more": self.optimism.more.to_dict(), "shown": self.optimism.shown,
            } if self.optimism else None,
            "simple": {
                "name": self.simple.name, "score": self.simple.score,
                "score_spread": self.simple.spread,
            } if self.simple else None,
            "cause_evidence": [dict(row) for row in self.evidence],
            "budget": dict(self.budget),
        }  # fmt: skip


@dataclass(frozen=True)
class DiagnosisReport(Report):
    """A report whose answer is a diagnosis; `wrote`: where the cured recipe went."""

    diagnosis: Diagnosis = field(default_factory=lambda: Diagnosis(Verdict.UNDECIDED, ""))
    wrote: str = ""

    @property
    def grounds(self) -> tuple[str, ...]:
        """The causes that were named."""
        return tuple(one.cause for one in self.diagnosis.causes)


def written(edits: Edits) -> str:
    """Edits in one line, those that only leave a key out last."""
    told = lines_of({key: value for key, value in edits.items() if value is not None})
    left = [key for key, value in edits.items() if value is None]
    shown = max(SHOWN - len(told), 0)
    gone = (f"without {_listed(left[:shown])}",) if left[:shown] else ()
    more = len(told[SHOWN:]) + len(left[shown:])
    return ", ".join((*told[:SHOWN], *gone)) + f" (and {more} more)" * (more > 0)


def lines_of(edits: Edits) -> tuple[str, ...]:
    """One line an edit: by its key alone without a value, and with None as "without" it."""
    return tuple(
        key if v == "" else f"without {key}" if v is None else f"{key} = {_toml(v)}"
        for key, v in edits.items()
    )


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _toml(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key} = {_toml(one)}" for key, one in value.items()) + "}"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _cause(one: NamedCause, rank: int) -> dict[str, Any]:
    pair = {"from_recipe": one.pair[0], "to_recipe": one.pair[1]} if one.pair else {}
    return {
        "cause": one.cause,
        "status": one.certainty,
        "rank": rank,
        "proof": one.proof,
        "gain": one.gain.to_dict() if one.gain else None,
        "tested_on": one.tested_on,
        "context": one.context,
        "recovery": one.recovery,
        "why": list(one.why),
        "findings": list(one.findings),
        "change": dict(one.change),
        "advice": one.advice,
        "cures_alone": one.cures,
        "cost": one.cost,
        "refuted": one.refuted,
        "shared": one.shared,
        **pair,
    }


def _numbers(gain: Gain | None) -> tuple[float | None, ...]:
    return (gain.mean, gain.low, gain.high) if gain else (None, None, None)


def _side(side: Side | None) -> dict[str, Any] | None:
    if side is None:
        return None
    return {
        "score": side.score,
        "score_spread": side.score_spread,
        "loss": side.loss,
        "scores": list(side.scores),
    }
