"""Lines of a cure in a user's own code, and below them what else in it is certainly wrong."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..diagnosis.causes import CAUSES
from ..diagnosis.diagnosis import Diagnosis, lines_of
from ..diagnosis.records import Edits, NamedCause
from ..diagnosis.subject import Refused
from .own_names import in_own_names

if TYPE_CHECKING:
    from ..subjects.torch.subject import TorchSubject

CONTRADICTION = "contradiction"  # how a cause is proven that only a change of the code removes


def own_lines(subject: "TorchSubject", told: Diagnosis) -> tuple[str, ...]:
    """The prescription, then what contradicts itself and is no part of it; in a script's names."""
    lines = (*lines_of(told.prescription), *_besides(subject, told))
    return tuple(in_own_names(line, subject.given.names) for line in lines)


def _besides(subject: "TorchSubject", told: Diagnosis) -> Iterator[str]:
    if told.trained is None:
        return  # nothing is prescribed yet, and the next step says what comes first
    heading = "# certain as well, not in what was measured" if told.prescription else "# certain"
    said = set(told.prescription)
    for one in told.causes:
        if one.proof != CONTRADICTION:
            continue
        change = _change(subject, one.cause)
        if change and said.intersection(change):
            continue  # the prescription has it, or sets the same otherwise
        said.update(change)
        yield f"{heading}: {CAUSES[one.cause].title}"
        yield from lines_of(change) or [_advice(told, one)]


def _change(subject: "TorchSubject", cause: str) -> Edits:
    """The mildest intervention that can be made."""
    changed = (subject.apply(one) for one in CAUSES[cause].ladder)
    return next((one.change for one in changed if not isinstance(one, Refused)), {})


def _advice(told: Diagnosis, cause: NamedCause) -> str:
    """Of the finding that shows it, else the usual treatment."""
    shown = (f.advice for f in told.findings if f.code in cause.findings and f.advice)
    return next(shown, cause.advice)
