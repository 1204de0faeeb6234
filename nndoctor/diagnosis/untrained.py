"""What can be said before anything is trained: suspicions, and what is certain."""

from collections.abc import Sequence

from ..findings import Finding, Verdict
from . import naming
from .causes import CAUSES
from .diagnosis import Diagnosis
from .evidence import Evidence
from .status import Status
from .suspicions import from_findings

OPPOSITES = {name: one.opposite for name, one in CAUSES.items() if one.opposite}
OBSERVABLE = frozenset(name for name, one in CAUSES.items() if one.observable)


def suspect(findings: Sequence[Finding]) -> Diagnosis:
    """What the findings suggest, nothing trained and nothing tested."""
    evidence = Evidence(OPPOSITES, OBSERVABLE)
    evidence.add(*from_findings(findings))
    return untrained(evidence, findings, "nothing was trained")


def untrained(evidence: Evidence, findings: Sequence[Finding], why: str) -> Diagnosis:
    """What stands before any training: never healthy."""
    causes = naming.suspected_only(evidence)
    certain = [CAUSES[one.cause] for one in causes if one.status is Status.CERTAIN]
    sick = any(one.contradiction or one.meaningless for one in certain)
    more = "these are suspicions" if causes else "no cause stands out"
    return Diagnosis(
        Verdict.SICK if sick else Verdict.UNDECIDED,
        f"{why}: {more}",
        causes=causes,
        findings=tuple(findings),
        finished=False,
    )
