"""From the evidence to named causes, in order, each with its status and reasons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..comparison import RELEVANT
from .causes import CAUSES
from .confirmed import Claim, Confirmed
from .context import Context
from .evidence import MARGIN, Evidence, Kind, Level, Row, strongest
from .records import Gain, NamedCause
from .search import Found
from .status import Status
from .subject import Refused, Subject
from .suspicions import applies, is_static, rank
from .trials import Trial, apply_all

MOST_SUSPECTED = 3


@dataclass(frozen=True)
class Known:
    """All that naming needs: the evidence, what the search found and what was confirmed."""

    given: Subject
    sound: Subject
    evidence: Evidence
    found: Found = field(default_factory=Found)
    confirmed: Confirmed | None = None
    lost: float = 0.0
    held: bool = True

    def weight(self, cause: str) -> float:
        """How far in front a cause stands: what spoke for it, what it brought, what it spoils, and
        whether its change alone is the cure."""
        gain, trial = self.evidence.gain(cause), self.found.singles.get(cause)
        mean = gain.mean if gain else trial.gain.mean if trial else 0.0
        spoils = any(one.cause == cause for one in self.found.spoilers)
        share = min(max(mean, 0.0) / self.lost, 1.0) if self.lost > 0 else 0.0
        return rank(self.evidence, cause) + 1.5 * share + spoils + self._cures_alone(cause)

    def _cures_alone(self, cause: str) -> bool:
        confirmed = self.confirmed
        if confirmed is None or confirmed.cure is None or not confirmed.cured:
            return False
        return [op.cause for op in confirmed.cure.ops] == [cause]


def named(known: Known, sick: bool) -> tuple[NamedCause, ...]:
    """Confirmed and certain ones, the heaviest first; then what is still suspected with reason.

    What is certain and was wrong in all that was trained comes before what helped there.
    What another cure was shown to outdo comes after it, and so does what contradicts itself where
    something else cures and its own change was not shown to bring anything.

    A healthy network has no causes of sickness but what contradicts itself. Where a cure is
    confirmed a suspicion that no test speaks for was none.
    """
    by_status: dict[Status, list[str]] = {status: [] for status in Status}
    for cause in known.evidence.causes:
        if cause in CAUSES:
            by_status[known.evidence.status(cause)].append(cause)
    cured = known.confirmed is not None and known.confirmed.cured
    proven = [*by_status[Status.CERTAIN], *(by_status[Status.CONFIRMED] if sick else [])]
    suspected = [
        cause
        for cause in by_status[Status.SUSPECTED]
        if sick
        and (
            _prescribed(known, cause)
            or known.evidence.likely(cause)
            or (not cured and not known.evidence.refuted(cause) and _worth_saying(known, cause))
        )
    ]
    if not proven:
        suspected = suspected or [
            cause
            for cause in by_status[Status.SUSPECTED]
            if sick and (_helped(known, cause) or (cured and warned(known.evidence, cause)))
        ]
    order = sorted(
        proven,
        key=lambda cause: (
            not _in_all_runs(known.evidence, cause),
            _behind(known, cause),
            -known.weight(cause),
        ),
    )
    rest = sorted(suspected, key=lambda cause: -known.weight(cause))[:MOST_SUSPECTED]
    return tuple(_named(known, cause) for cause in (*order, *rest))


def suspected_only(evidence: Evidence) -> tuple[NamedCause, ...]:
    """What speaks loudly for itself, before any experiment."""
    loud = [
        cause
        for cause in evidence.causes
        if evidence.status(cause) in (Status.CERTAIN, Status.SUSPECTED)
        and evidence.level(cause) >= Level.STRONG
    ]
    loud.sort(key=lambda cause: -rank(evidence, cause))
    return tuple(_bare(evidence, cause) for cause in loud)


def warned(evidence: Evidence, cause: str) -> bool:
    """Whether data or set-up alone spoke strongly for it, or it names what a layer shows."""
    rows = evidence.of(cause, Kind.SUSPICION, Kind.CONTRADICTION)
    strong = [row for row in rows if row.level >= Level.STRONG]
    static = any(is_static(code) for row in strong for code in row.findings)
    return static or (bool(strong) and CAUSES[cause].symptom)


def _in_all_runs(evidence: Evidence, cause: str) -> bool:
    """Whether it is certain and no intervention takes it away: only its user mends that code."""
    one = CAUSES[cause]
    mended = one.ladder or one.data_alone
    return evidence.status(cause) is Status.CERTAIN and one.contradiction and not mended


def _behind(known: Known, cause: str) -> bool:
    """Whether a cure was shown to do more, or to do without a change of it that shows nothing."""
    confirmed, evidence = known.confirmed, known.evidence
    if confirmed is None or not confirmed.spares(cause):
        return confirmed is not None and cause in confirmed.outdone
    gains = [row.gain for row in evidence.of(cause, Kind.SCREENED, Kind.CONFIRMATION) if row.gain]
    idle = bool(gains) and not any(gain.shows(RELEVANT) for gain in gains)
    return cause in confirmed.outdone or (evidence.status(cause) is Status.CERTAIN and idle)


def _prescribed(known: Known, cause: str) -> bool:
    """Whether its intervention is part of the cure."""
    cure = known.confirmed.cure if known.confirmed is not None else None
    return cure is not None and cause in cure.causes


def _worth_saying(known: Known, cause: str) -> bool:
    """A suspicion of its own that can be true of this subject, and that no test spoke against."""
    trial = known.found.singles.get(cause)
    if trial is None and CAUSES[cause].ladder and not applies(known.given, cause):
        return False
    blind = any(row.blind for row in known.evidence.of(cause, Kind.SCREENED))
    if trial is not None and trial.gain.mean <= 0 and not blind:
        return False
    return warned(known.evidence, cause)


def _helped(known: Known, cause: str) -> bool:
    """Where nothing else is known: what its trial spoke for."""
    trial = known.found.singles.get(cause)
    return trial is not None and trial.gain.mean > MARGIN


def _bare(evidence: Evidence, cause: str) -> NamedCause:
    rows = evidence.of(cause, Kind.SUSPICION, Kind.CONTRADICTION)
    certain = evidence.of(cause, Kind.CONTRADICTION)
    proof = ("data" if CAUSES[cause].data_alone else "contradiction") if certain else ""
    return NamedCause(
        cause,
        evidence.status(cause),
        proof,
        why=strongest(rows),
        findings=tuple(dict.fromkeys(code for row in rows for code in row.findings)),
        advice=CAUSES[cause].treatment,
    )


def _named(known: Known, cause: str) -> NamedCause:
    """With the comparison that decided on it, and the change that was made there."""
    bare, evidence = _bare(known.evidence, cause), known.evidence
    row, stage = _decisive(evidence, cause)
    claim = _claim(known.confirmed, cause, row)
    trial = known.found.singles.get(cause)
    changed, before = _pair(known, cause, claim, trial)
    gain = Gain.of(row.gain) if row is not None and row.gain is not None else None
    share = None
    sound = row is not None and row.context is Context.SOUND
    if gain is not None and known.lost > 0 and not sound:
        share = min(max(gain.mean / known.lost, 0.0), 1.0)
    alone = changed is not None and before is known.given
    pair = None
    if changed is not None and before is not None and not alone:
        pair = (before.text, changed.text)
    return NamedCause(
        cause,
        bare.status,
        bare.proof or ("experiment" if bare.status is Status.CONFIRMED else ""),
        gain=gain,
        tested_on=stage,
        context=str(row.context) if row is not None else "",
        recovery=share,
        why=bare.why,
        findings=bare.findings,
        change=_edits(changed, before),
        advice=bare.advice,
        cures=trial is not None and trial.passes,
        cost=changed.cost / before.cost if changed is not None and before is not None else None,
        pair=pair,
        refuted=evidence.refuted(cause),
        shared=row is not None and not row.own,
    )


def _decisive(evidence: Evidence, cause: str) -> tuple[Row | None, str]:
    for kind, stage in ((Kind.CONFIRMATION, "confirmation"), (Kind.SCREENED, "search")):
        rows = [
            row
            for row in evidence.of(cause, kind)
            if row.gain is not None and row.context is not Context.SPARED
        ]
        if rows:
            return max(rows, key=lambda row: (row.own, row.gain.mean if row.gain else 0.0)), stage
    return None, ""


def _claim(confirmed: Confirmed | None, cause: str, row: Row | None) -> Claim | None:
    if confirmed is None or row is None or row.kind is not Kind.CONFIRMATION:
        return None
    claims = [one for one in confirmed.claims if one.cause == cause]
    same = (one for one in claims if one.context is row.context and one.own is row.own)
    return next(same, None)


def _pair(
    known: Known, cause: str, claim: Claim | None, trial: Trial | None
) -> tuple[Subject | None, Subject | None]:
    """Changed and unchanged, as they were compared."""
    if claim is not None:
        return claim.after, claim.before
    if trial is not None:
        return trial.subject, known.given
    sets = [one for one in known.found.cures if cause in one.causes]
    if sets:
        only = [op for op in sets[0].ops if op.cause == cause]
        changed = apply_all(known.given, only, known.sound)
        return (None, None) if isinstance(changed, Refused) else (changed, known.given)
    return None, None


def _edits(changed: Subject | None, before: Subject | None) -> Mapping[str, object]:
    """What distinguishes the two; None for what is no longer set."""
    if changed is None or before is None:
        return {}
    dropped = {key: None for key in before.change if key not in changed.change}
    return dropped | {k: v for k, v in changed.change.items() if before.change.get(k, ...) != v}


def causes_of(names: Sequence[NamedCause]) -> set[str]:
    """Their names."""
    return {one.cause for one in names}
