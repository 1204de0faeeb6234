"""Counts how right the diagnosis is: outcomes of single cases, measures over a folder, goals."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from cases import Case

ALARMS = ("warning", "error", "broken")
CURABLE = ("hard", "mild")  # what training shows and a change of the recipe can remove
UNSAID = ("ok", "skip")  # findings that remark nothing


@dataclass(frozen=True)
class Outcome:
    """What the diagnosis said of one case; `named` in its order, `cured` None where not asked.

    `confirmed` by experiment and `certain` without one are apart. `remarked`: what improvements,
    findings and causes speak of, whatever the verdict. `share`: of the best reference's score, as
    the diagnosis has it.
    """

    case: Case
    alarm: bool
    named: tuple[str, ...]
    confirmed: tuple[str, ...]
    cured: bool | None
    seconds: float
    error: str = ""
    share: float | None = None
    certain: tuple[str, ...] = ()
    remarked: tuple[str, ...] = ()
    sick: bool = False

    def hits(self, first: int, either: bool = False) -> bool:
        """Whether a right cause is among the first so many; `either` counts `also_right`."""
        right = self.case.causes + self.case.also_right * either
        return any(cause in right for cause in self.named[:first])

    @property
    def complete(self) -> bool:
        """Whether every cause is named."""
        return set(self.case.causes) <= set(self.named)

    def right(self, named: Iterable[str]) -> int:
        """How many of these causes are in either list."""
        return sum(cause in self.case.causes + self.case.also_right for cause in named)


def outcome(
    case: Case, result: Mapping[str, Any], seconds: float, cured: bool | None = None
) -> Outcome:
    """Reads a result as `--format json` writes it."""
    causes = sorted(result.get("causes", ()), key=lambda cause: cause["rank"])
    loud = any(finding["status"] in ALARMS for finding in result["findings"])
    sick = result["verdict"] == "sick"
    return Outcome(
        case=case,
        alarm=loud or sick,
        named=tuple(cause["cause"] for cause in causes),
        confirmed=_of_status(causes, "confirmed"),
        cured=cured,
        seconds=seconds,
        share=result.get("share"),
        certain=_of_status(causes, "certain"),
        remarked=tuple(dict.fromkeys(_remarks(result))),
        sick=sick,
    )


def _of_status(causes: Iterable[Mapping[str, Any]], status: str) -> tuple[str, ...]:
    return tuple(cause["cause"] for cause in causes if cause["status"] == status)


def _remarks(result: Mapping[str, Any]) -> Iterator[str]:
    """Causes that anything in a result speaks of, quiet findings aside."""
    for key in ("causes", "improvements"):
        yield from (one["cause"] for one in result.get(key, ()))
    for finding in result["findings"]:
        if finding["status"] not in UNSAID:
            yield from finding.get("suggests", ())


@dataclass(frozen=True)
class Rate:
    """So many of so many."""

    hits: int
    of: int

    @classmethod
    def over(cls, answers: Iterable[bool]) -> "Rate":
        """How many are true."""
        every = list(answers)
        return cls(sum(every), len(every))

    @property
    def share(self) -> float | None:
        """None of nothing."""
        return self.hits / self.of if self.of else None

    def __str__(self) -> str:
        return f"{self.hits}/{self.of} ({self.share:.0%})" if self.of else "-"


Value = Rate | float | None


def measures(outcomes: Sequence[Outcome]) -> dict[str, Value]:
    """All measures by name; an error is neither a detection nor a healthy verdict.

    Faults without an effect have rows of their own and count in no other but seconds and errors.
    """
    faulty = [o for o in outcomes if not o.case.healthy and not o.case.silent]
    silent = [o for o in outcomes if o.case.silent]
    healthy = [o for o in outcomes if o.case.healthy]
    several = [o for o in faulty if len(o.case.causes) > 1]
    seconds = [o.seconds for o in outcomes]
    return {
        "detected": Rate.over(o.alarm for o in faulty),
        "false alarms": Rate.over(o.alarm or bool(o.error) for o in healthy),
        "first": Rate.over(o.hits(1) for o in faulty),
        "first, either list": Rate.over(o.hits(1, either=True) for o in faulty),
        "first three": Rate.over(o.hits(3) for o in faulty),
        "first three, either list": Rate.over(o.hits(3, either=True) for o in faulty),
        "complete": Rate.over(o.complete for o in faulty),
        "complete, several causes": Rate.over(o.complete for o in several),
        "precision, confirmed": _precision(faulty + healthy, lambda o: o.confirmed),
        "precision, certain": _precision(faulty + healthy, lambda o: o.certain),
        "precision, all named": _precision(faulty + healthy, lambda o: o.named),
        "cured": Rate.over(o.cured for o in faulty if o.cured is not None),
        "silent, not called sick": Rate.over(not o.sick and not o.error for o in silent),
        "silent, remarked": Rate.over(bool(o.right(o.remarked)) for o in silent),
        "seconds, median": median(seconds) if seconds else None,
        "seconds, longest": max(seconds, default=None),
        "errors": Rate.over(bool(o.error) for o in outcomes),
    }


def _precision(outcomes: Sequence[Outcome], named: Callable[[Outcome], tuple[str, ...]]) -> Rate:
    """On healthy cases every cause is wrong."""
    return Rate(sum(o.right(named(o)) for o in outcomes), sum(len(named(o)) for o in outcomes))


GOALS: dict[str, tuple[str, float]] = {
    "detected": (">=", 0.99),
    "false alarms": ("<=", 0.03),
    "first": (">=", 0.85),
    "first, either list": (">=", 0.95),
    "first three": (">=", 0.92),
    "first three, either list": (">=", 0.98),
    "complete": (">=", 0.80),
    "complete, several causes": (">=", 0.70),
    "precision, confirmed": (">=", 0.95),
    "precision, all named": (">=", 0.85),
    "cured": (">=", 0.95),
    "silent, not called sick": (">=", 1.0),
    "seconds, median": ("<=", 10),
    "seconds, longest": ("<=", 60),
    "errors": ("<=", 0),
}


def judged(
    name: str, value: Value, goals: Mapping[str, tuple[str, float]] = GOALS
) -> tuple[str, str]:
    """The goal of a measure, and in one word whether it is met; "" where there is none."""
    if name not in goals:
        return "", ""
    sign, limit = goals[name]
    goal = f"{sign} {limit:g} s" if name.startswith("seconds") else f"{sign} {limit:.0%}"
    number = value.share if isinstance(value, Rate) else value
    if number is None:
        return goal, ""
    met = number >= limit if sign == ">=" else number <= limit
    return goal, "met" if met else "MISSED"


def plain_numbers(values: Mapping[str, Value]) -> dict[str, Any]:
    """Measures as JSON holds them."""
    return {k: [v.hits, v.of] if isinstance(v, Rate) else v for k, v in values.items()}


def told(value: Value) -> str:
    """A measure as people read it."""
    return str(value) if isinstance(value, Rate) else "-" if value is None else f"{value:.1f} s"


def published(outcomes: Sequence[Outcome]) -> list[tuple[str, str, Rate, Rate]]:
    """Tool, question, its answers that were right, and ours on the same cases.

    An alarm is right on a faulty case; every other question is put to faulty cases only, and ours
    is whether the first cause is in either list.
    """
    answers: dict[tuple[str, str], list[tuple[bool, Outcome]]] = {}
    for o in outcomes:
        for tool, question, right in _answers(o.case.published or {}):
            asked = f"{question}, healthy" if o.case.healthy else question
            if not o.case.healthy or question == "detected":
                answers.setdefault((tool, asked), []).append((right, o))
    rows = []
    for (tool, question), given in sorted(answers.items()):
        alarm = question.startswith("detected")
        ours = Rate.over(o.alarm if alarm else o.hits(1, either=True) for _, o in given)
        rows.append((tool, question, Rate.over(right for right, _ in given), ours))
    return rows


def _answers(tools: Mapping[str, Any]) -> Iterable[tuple[str, str, bool]]:
    """Flat: some results are kept by question, some by tool."""
    for first, inner in tools.items():
        if isinstance(inner, Mapping):
            by_question = first in ("detected", "diagnosed")
            for second, right in inner.items():
                yield (second, first, bool(right)) if by_question else (first, second, bool(right))
