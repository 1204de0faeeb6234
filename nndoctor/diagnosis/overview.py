"""What was looked at, step by step, whatever came of it: so that "healthy" says what was tested."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from ..findings import Finding, Status
from . import decisions
from .diagnosis import Diagnosis, Edits, Reached, Step
from .laboratory import Laboratory
from .prescription import side
from .references import LONGEST, MOST_ROWS, Reference
from .trial import HELD, HELD_FROM, JUDGED, Outcome, Patient, work

UNTRAINED = (("data", "ND1"), ("set-up", "ND2"), ("untrained network", "ND3"))
RULE = (
    f"a difference counts beyond {decisions.ERRORS:g} standard errors over the seeds, on the same "
    f"rows and updates; sick below {decisions.LOWEST:.0%} of the best reference, healthy from "
    f"{decisions.MIDDLING:.0%}, between them by what else speaks"
)
TRAINED = ("references", "training as it is", "experiments")


def measured(
    told: Diagnosis, references: Sequence[Reference], plain: Sequence[Outcome],
    laboratory: Laboratory,
) -> Diagnosis:  # fmt: skip
    """With the scores it rests on, and what each change costs; the cheaper cures first."""
    held = laboratory.held
    reached = [
        Reached(spoken(one.name), *_spread(one.scores(held)))
        for one in references
        if held or not one.name.endswith("neighbours")  # which know their training rows
    ]
    causes = (
        replace(one, cost=_cost(laboratory, one.change), cures=_cures(laboratory, one.change))
        for one in told.causes
    )
    others = [replace(one, cost=_cost(laboratory, one.change)) for one in told.alternatives]
    return replace(
        told,
        reference=spoken(told.reference),
        references=tuple(sorted(reached, key=lambda one: -one.score)),
        trained=side(plain, held),
        tried=len(laboratory.done),
        rule="; ".join((RULE, *_liberties(laboratory.patient))),
        measure=_measure(laboratory.patient.plain.trainable.task.kind),
        causes=tuple(causes),
        alternatives=tuple(
            sorted(others, key=lambda one: (round(one.cost or 1, 1), -one.recovery))
        ),
    )


def _liberties(patient: Patient) -> Iterator[str]:
    """Where fewer rows or updates were used than there are, or other rows held out."""
    plain, given = patient.plain, patient.given
    if given is not None and given.data.validation != patient.recipe.data.validation:
        yield (
            f"{HELD:.0%} of the rows are held out for this, the recipe holds out none"
            if patient.recipe.data.validation
            else f"no rows are held out: there are fewer than {HELD_FROM}"
        )
    if max(len(plain.train), len(plain.validation or ())) > JUDGED:
        yield f"scores are taken on {JUDGED} evenly spaced rows of each part"
    if len(plain.train) > MOST_ROWS:
        yield f"neighbours and the linear model see {MOST_ROWS} rows"
    if plain.total_updates > LONGEST:
        yield f"the reference networks make {LONGEST} updates"


def steps(told: Diagnosis, findings: Sequence[Finding]) -> tuple[Step, ...]:
    """The six steps in order; those that were not reached say so."""
    return tuple(_steps(told, findings))


def _steps(told: Diagnosis, findings: Sequence[Finding]) -> Iterator[Step]:
    for name, family in UNTRAINED:
        yield _checked(name, [f for f in findings if f.code.startswith(family)])
    if told.trained is None:
        why = "interrupted" if told.interrupted else "nothing was trained"
        yield from (Step(name, Status.SKIP, why) for name in TRAINED)
        return
    yield Step(TRAINED[0], None, f"{told.rows}: {_references(told)}")
    within = [f for f in findings if not f.code.startswith(("ND1", "ND2", "ND3"))]
    share = f", {told.share:.0%} of the best reference" if told.share is not None else ""
    scored = f"score {told.trained.score:.2f} ± {told.trained.score_spread:.2f}{share}"
    looked = _checked(TRAINED[1], within)
    proven = any(one.confirmed for one in told.causes)
    status = Status.ERROR if proven else looked.status if within else Status.OK
    yield Step(TRAINED[1], status, f"{scored}; {_counted(told.seeds, 'seed')}, {looked.seen}")
    none = "interrupted before one was tried" if told.interrupted else "none had to be tried"
    tried = f"{_counted(told.tried, 'change')} tried" if told.tried else none
    yield Step(TRAINED[2], None, f"{tried}; {_spent(told)}")


def _checked(name: str, findings: Sequence[Finding]) -> Step:
    asked = [f for f in findings if f.status is not Status.SKIP]
    loud = sorted((f for f in asked if f.status is not Status.OK), key=lambda f: -f.status.severity)
    worst = max((f.status for f in asked), key=lambda s: s.severity, default=Status.SKIP)
    told = f", {_counted(len(loud), 'remark')}: " + ", ".join(f.code for f in loud) if loud else ""
    return Step(name, worst, _counted(len(asked), "check") + told)


def _references(told: Diagnosis) -> str:
    return ", ".join(f"{one.name} {one.score:.2f}" for one in told.references)


def _spent(told: Diagnosis) -> str:
    runs, updates = told.budget.get("runs", 0), told.budget.get("updates", 0)
    return f"{runs:.0f} runs of the recipe and its changes, {updates:.0f} updates"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' * (count != 1)}"


def _cost(laboratory: Laboratory, edits: Edits) -> float | None:
    """Work under the edits over that of the recipe."""
    return work(laboratory.patient.setup(edits)) / work(laboratory.patient.plain) if edits else None


def _cures(laboratory: Laboratory, edits: Edits) -> bool:
    return any(test.cured for test in laboratory.done.values() if edits and test.edits == edits)


def spoken(reference: str) -> str:
    """A reference as a reader knows it."""
    known = {"linear": "a linear model", "1 neighbours": "the nearest neighbour"}
    return known.get(reference, reference.replace("network at", "a network at rate"))


def _measure(kind: str) -> str:
    if kind == "regression":
        return "R^2 in the target's own units, 0 is guessing its mean and 1 perfect"
    labels = "mean over the labels of the " * (kind == "multilabel")
    return f"{labels}Matthews correlation, 0 is guessing and 1 perfect"


def _spread(scores: Sequence[float]) -> tuple[float, float]:
    spread = float(np.std(scores, ddof=1)) if len(scores) > 1 else 0.0
    return float(np.mean(scores)), spread
