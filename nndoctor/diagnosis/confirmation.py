"""What the search found, tried anew on seeds and rows that it never saw: a few claims."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ..comparison import Difference, compare
from ..watch import Interrupted
from .evidence import Context, Evidence, Kind, Row
from .interventions import Reseed
from .laboratory import Laboratory, OutOfBudget, arm_of
from .references import Reference, networks
from .search import Found
from .subject import Part, Refused, Run, Subject
from .trials import Op, Trial, apply_all, reaches

SEEDS = (10, 5, 3)  # as many as the work that is left allows, the most where they are cheap
CHEAP = 0.1  # of all work: beyond that five seeds do
CLAIMS = 4  # single changes that are claimed beside the cure
PLACEBO = "placebo"


@dataclass(frozen=True)
class Claim:
    """One cause's intervention, made in `before`."""

    cause: str
    before: Subject
    after: Subject
    context: Context
    ops: tuple[Op, ...] = ()


@dataclass(frozen=True)
class Confirmed:
    """The subject as it is on confirmation, its gap to the reference, and what was prescribed.

    `cured`: as good as the reference there. `cure` None: nothing that was tried does better.
    """

    seeds: int
    before: tuple[Run, ...]
    reference: Reference
    gap: Difference
    claims: tuple[Claim, ...] = ()
    cure: Trial | None = None
    after: tuple[Run, ...] = ()
    gain: Difference | None = None
    remaining: Difference | None = None
    cured: bool = False


def confirm(
    laboratory: Laboratory, given: Subject, sound: Subject, reference: Reference, found: Found,
    evidence: Evidence, named: Sequence[str], placebo: bool = False,
) -> Confirmed | None:  # fmt: skip
    """None where not even three seeds of the subject and its reference can be afforded."""
    candidates = _candidates(found, named, evidence)
    claims = list(_claims(given, sound, found, candidates, named))
    if placebo:
        changed = given.apply(Reseed())
        if not isinstance(changed, Refused):
            claims.append(Claim(PLACEBO, given, changed, Context.ALONE))
    subjects = {one.key: one for claim in claims for one in (claim.before, claim.after)}
    subjects |= {one.subject.key: one.subject for one in candidates[:1]}
    count = _affordable(laboratory, [given, *subjects.values()], sound)
    if not count:
        return None
    laboratory.watch.stage(f"confirming on {count} fresh seeds")
    seeds, part = laboratory.seeds(Part.CONFIRMATION, count), Part.CONFIRMATION
    before = laboratory.run(given, part, seeds)
    bar = networks(laboratory, given, part, seeds, [reference.rate])[0]
    gap = compare(bar.arm, arm_of(before), given.between(part))
    answer = Confirmed(count, tuple(before), bar, gap, tuple(claims))
    try:
        for claim in claims:
            gain = laboratory.difference(claim.after, claim.before, part, seeds)
            evidence.add(Row(claim.cause, Kind.CONFIRMATION, gain=gain, context=claim.context))
        return _cured(laboratory, answer, candidates, seeds)
    except (OutOfBudget, Interrupted):
        return answer


def _cured(
    laboratory: Laboratory, answer: Confirmed, candidates: Sequence[Trial], seeds: Sequence[int]
) -> Confirmed:
    """With the first set of changes that reaches the reference; else the one that gains most."""
    best = answer
    for one in candidates:
        try:
            runs = laboratory.run(one.subject, Part.CONFIRMATION, seeds)
        except OutOfBudget:
            continue
        mine, rows = arm_of(runs), one.subject.between(Part.CONFIRMATION)
        gain = compare(mine, arm_of(answer.before), rows)
        left = compare(answer.reference.arm, mine, rows)
        tried = replace(
            answer, cure=one, after=tuple(runs), gain=gain, remaining=left,
            cured=reaches(runs, answer.reference.arm.scores) and gain.shows(0.0),
        )  # fmt: skip
        if tried.cured:
            return tried
        better = best.gain is None or gain.mean > best.gain.mean
        if gain.shows(0.0) and better and not any(run.broken for run in runs):
            best = tried
    return best


def _candidates(found: Found, named: Sequence[str], evidence: Evidence) -> list[Trial]:
    """What may be prescribed: the cures of the search, then the best that was seen."""
    rest = [one for one in found.singles.values() if not one.passes and one.gain.mean > 0]
    rest.sort(key=lambda one: -one.merit)
    return [*found.cures[:CLAIMS], *rest[:2]]


def _claims(
    given: Subject, sound: Subject, found: Found, candidates: Sequence[Trial],
    named: Sequence[str],
) -> Iterator[Claim]:  # fmt: skip
    """Of the cure each part: alone, or what is lost without it; then what was named besides."""
    first = candidates[0] if candidates else None
    if first is not None and len(first.ops) > 1:
        for op in first.ops:
            rest = tuple(one for one in first.ops if one is not op)
            without = apply_all(given, rest, sound)
            if op.cause and not isinstance(without, Refused):
                yield Claim(op.cause, without, first.subject, Context.WITH_OTHERS, first.ops)
    elif first is not None:
        yield Claim(first.causes[0], given, first.subject, Context.ALONE, first.ops)
    done = set(first.causes) if first is not None else set()
    for cause in named:
        trial = found.singles.get(cause)
        if cause not in done and trial is not None and trial.gain.mean > 0:
            done.add(cause)
            yield Claim(cause, given, trial.subject, Context.ALONE, trial.ops)
        if len(done) >= CLAIMS:
            break
    for one in found.spoilers:
        if one.repaired is not None and one.cause not in done:
            done.add(one.cause)
            yield Claim(one.cause, one.spoiled, one.repaired, Context.SOUND)


def _affordable(laboratory: Laboratory, subjects: Sequence[Subject], sound: Subject) -> int:
    """How many seeds: the most where they are cheap, three at the least."""
    each = sum(one.cost for one in {s.key: s for s in (*subjects, sound)}.values())
    for count in SEEDS:
        cheap = count < SEEDS[0] or each * count <= CHEAP * laboratory.budget.work
        if cheap and laboratory.budget.allows(each * count, confirming=True):
            return count
    return 0
