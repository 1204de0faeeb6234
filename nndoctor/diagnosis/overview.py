"""What was looked at, step by step, whatever came of it: so that "healthy" says what was tested."""

from collections.abc import Iterator, Sequence

from ..findings import Finding, Status
from .diagnosis import Diagnosis
from .records import Step

UNTRAINED = (("data", "ND1"), ("set-up", "ND2"), ("untrained network", "ND3"))
OWN_CODE = ("own code", "ND8")
OTHER_ROWS = "ND7"  # what a training says of rows that it did not see
BEFORE = tuple(family for _, family in (*UNTRAINED, OWN_CODE))  # that look before any training
TRAINED = ("references", "training as it is", "experiments")


def steps(told: Diagnosis) -> tuple[Step, ...]:
    """The six steps in order; those that were not reached say so."""
    return tuple(_steps(told, told.findings))


def _steps(told: Diagnosis, findings: Sequence[Finding]) -> Iterator[Step]:
    own = any(f.code.startswith(OWN_CODE[1]) for f in findings)
    for name, family in (OWN_CODE, *UNTRAINED[2:]) if own else UNTRAINED:
        yield _checked(name, [f for f in findings if f.code.startswith(family)])
    if told.trained is None:
        why = "interrupted" if told.interrupted else "nothing was trained"
        yield from (Step(name, Status.SKIP, why) for name in TRAINED)
        return
    yield Step(TRAINED[0], None, f"{told.metric} on {told.rows}: {_references(told)}")
    within = [f for f in findings if not f.code.startswith(BEFORE)]
    seeds = _counted(len(told.trained.scores), "seed")
    scored = f"{told.metric} {told.trained.score:.2f} ± {told.trained.score_spread:.2f}, {seeds}"
    looked = _checked(TRAINED[1], within)
    proven = any(one.confirmed for one in told.causes)
    status = Status.ERROR if proven else looked.status if within else Status.OK
    yield Step(TRAINED[1], status, f"{scored}; {looked.seen}")
    none = "interrupted before a change was tried" if told.interrupted else "no change applied"
    tried = f"{_counted(told.tried, 'other set-up')} trained" if told.tried > 0 else none
    ended = "" if told.finished else "; the time budget was used up before all were tried"
    yield Step(TRAINED[2], None, f"{tried}; {_spent(told)}{ended}")


def _checked(name: str, findings: Sequence[Finding]) -> Step:
    asked = [f for f in findings if f.status is not Status.SKIP]
    loud = sorted((f for f in asked if f.status is not Status.OK), key=lambda f: -f.status.severity)
    worst = max((f.status for f in asked), key=lambda s: s.severity, default=Status.SKIP)
    more = f", {_counted(len(loud), 'remark')}: " + ", ".join(f.code for f in loud) if loud else ""
    return Step(name, worst, _counted(len(asked), "check") + more)


def _references(told: Diagnosis) -> str:
    return ", ".join(f"{one.name} {one.score:.2f}" for one in told.references)


def _spent(told: Diagnosis) -> str:
    runs, updates = told.budget.get("runs", 0), told.budget.get("updates", 0)
    return f"{runs:.0f} runs in all, {updates:.0f} updates"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' * (count != 1)}"
