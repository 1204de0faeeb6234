"""The first look: a subject as it is beside its references, on the seeds of the search."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from ..comparison import Difference, Rows, compare
from .laboratory import Laboratory, arm_of
from .outdone import Outdone, outdone
from .references import Reference, best, margin_beside, networks, simple_models
from .subject import Part, Run, Subject
from .trials import count_lost


@dataclass(frozen=True)
class Look:
    """`runs`: as it is, on the seeds of the references and maybe on more."""

    subject: Subject
    references: Sequence[Reference]
    runs: Sequence[Run]
    held: bool

    @cached_property
    def reference(self) -> Reference:
        """The best network of usual settings."""
        return best([one for one in self.references if one.network])

    @property
    def gap(self) -> Difference:
        """What the reference has ahead."""
        return compare(self.reference.arm, arm_of(self._paired), self._rows)

    @property
    def margin(self) -> float:
        """What it may lose beside the reference."""
        return margin_beside(self.reference.score, self.held)

    @property
    def lost(self) -> int:
        """How many seeds learned next to nothing."""
        return count_lost(self.runs, self.reference.score)

    @cached_property
    def outdone(self) -> Outdone | None:
        """The simple model that it and all reference networks stay far behind."""
        return outdone(self.references, self._paired, self._rows)

    @property
    def least(self) -> float:
        """The score that a cure must come up to besides the reference's: the simple model's."""
        return self.outdone.score if self.outdone is not None else 0.0

    @property
    def _paired(self) -> Sequence[Run]:
        return self.runs[: len(self.reference.arm.scores)]

    @property
    def _rows(self) -> Rows:
        return self.subject.between(Part.SEARCH)


def first_look(
    laboratory: Laboratory, subject: Subject, seeds: Sequence[int], held: bool, inside: bool = False
) -> Look:
    """Trains it as it is and its references; `inside`: with what the layers show.

    Raises OutOfBudget, and Interrupted where the user breaks off.
    """
    watch, part = laboratory.watch, Part.SEARCH
    watch.stage(f"training as it is, {len(seeds)} seeds")
    runs = laboratory.run(subject, part, seeds, inside=inside)
    watch.stage(f"references: networks, {len(seeds)} seeds")
    found = networks(laboratory, subject, part, seeds)
    watch.stage("references: simple models")
    found += simple_models(laboratory, subject, part, seeds, held)
    return Look(subject, found, runs, held)
