"""One cause by hand: each change that would remove it, and the best of them confirmed."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..comparison import RELEVANT, Difference
from .confirmation import Confirmation
from .confirmed import Confirmed
from .evidence import Evidence, Kind, Row
from .examination import FIRST, MOST
from .laboratory import Laboratory
from .ladders import DEARER
from .learnable import beats_chance, may_beat_chance
from .look import Look, first_look
from .references import best
from .search import Found
from .status import Status
from .subject import Part, Refused, Run, Subject
from .trials import Bench, Op, Trial
from .verdict import State, state_of


@dataclass
class Treatment:
    """What a check-up does for one cause, on the same seeds and by the same comparison.

    `ops`: the changes, the mildest first. What was done before an interruption stays.
    """

    subject: Subject
    ops: Sequence[Op]
    laboratory: Laboratory
    held: bool
    look: Look | None = None
    learnable: bool = False
    trials: list[Trial] = field(default_factory=list)
    confirmed: Confirmed | None = None
    evidence: Evidence = field(default_factory=Evidence)

    def __call__(self) -> None:
        """Once a change cures, those that cost more than twice the work as it is are left out.

        Raises Interrupted where the user breaks off.
        """
        laboratory, seeds = self.laboratory, self._looked()
        if self.look is None or not self.learnable:
            return
        reference = self.look.reference
        sound = self.subject.sound(reference.rate, reference.updates)
        bench = Bench(laboratory, self.subject, sound, reference, seeds)
        laboratory.watch.stage(f"treating {self.cause}", len(self.ops))
        for at, op in enumerate(self.ops, 1):
            self._try(bench, op)
            laboratory.watch.advance(at)
        laboratory.watch.heed()
        if (chosen := self.chosen) is not None:
            confirm = Confirmation(
                laboratory,
                self.subject,
                sound,
                reference,
                self.evidence,
                margin=self.look.margin,
                least=self.look.least,
            )
            found = Found({self.cause: chosen}, (chosen,) if chosen.passes else ())
            self.confirmed = confirm(found, [self.cause])

    @property
    def cause(self) -> str:
        """That is treated."""
        return self.ops[0].cause

    @property
    def chosen(self) -> Trial | None:
        """The mildest change that passes, or what brings more right after it; else the best."""
        passing = [at for at, one in enumerate(self.trials) if one.passes]
        if not passing:
            return max(self.trials, key=lambda one: one.merit, default=None)
        best, *rest = self.trials[passing[0] :]
        for one in rest:
            if not (one.passes and one.gain.mean > best.gain.mean + RELEVANT):
                break
            best = one
        return best

    def fresh(self) -> Sequence[Run]:
        """The runs of the chosen change on the seeds of the confirmation; () where none was."""
        confirmed = self.confirmed
        if confirmed is None or not confirmed.claims:
            return ()
        seeds = self.laboratory.seeds(Part.CONFIRMATION, confirmed.seeds)
        return self.laboratory.run(confirmed.claims[0].after, Part.CONFIRMATION, seeds)

    @property
    def gain(self) -> Difference | None:
        """What the chosen change was seen to bring: on fresh seeds, where it was tried there."""
        if self.confirmed is not None and self.confirmed.gains:
            return self.confirmed.gains[0]
        return self.chosen.gain if self.chosen is not None else None

    @property
    def helps(self) -> bool:
        """Whether that is shown, on fresh seeds."""
        return self.evidence.status(self.cause) is Status.CONFIRMED

    @property
    def useless(self) -> bool:
        """Whether no change leaves room for a gain that matters."""
        return self.evidence.status(self.cause) is Status.RULED_OUT

    @property
    def state(self) -> State:
        """Of the subject as it is."""
        assert self.look is not None
        return state_of(self.look, self.confirmed, speaks=any(one.passes for one in self.trials))

    def _looked(self) -> Sequence[int]:
        """More seeds where it is close whether there is anything to be learned."""
        for count in (FIRST, MOST):
            seeds = self.laboratory.seeds(Part.SEARCH, count)
            self.look = first_look(self.laboratory, self.subject, seeds, self.held)
            found = self.look.references
            self.learnable = beats_chance(self.subject, best(found), self.held)
            if self.learnable or not may_beat_chance(self.subject, found, self.held):
                break
        return seeds

    def _try(self, bench: Bench, op: Op) -> None:
        changed = bench.changed([op])
        if isinstance(changed, Refused):
            return
        cured = any(one.passes for one in self.trials)
        if cured and changed.cost > DEARER * bench.given.cost:
            return
        trial = bench.trial([op], thorough=True)
        if isinstance(trial, Trial):
            self.trials.append(trial)
            self.evidence.add(Row(self.cause, Kind.SCREENED, gain=trial.gain))
