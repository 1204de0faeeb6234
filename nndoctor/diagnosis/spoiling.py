"""What of a recipe spoils a sound set-up by itself."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from ..comparison import RELEVANT, Difference
from .causes import CAUSES
from .components import COMPONENTS
from .context import Context
from .evidence import MARGIN, Kind, Row
from .ladders import Ladders
from .subject import Part, Refused, Subject
from .trials import reaches


@dataclass(frozen=True)
class Spoiler:
    """A component that makes a sound set-up fail, and the intervention that repairs it there."""

    component: str
    spoiled: Subject
    cause: str = ""
    repaired: Subject | None = None


def proven(cause: str, spoilers: Sequence[Spoiler], certain: Collection[str]) -> bool:
    """Whether it needs no test, or its component spoils a sound set-up."""
    return cause in certain or CAUSES[cause].component in {one.component for one in spoilers}


def differing(one: Subject, other: Subject) -> list[str]:
    """Components in which the two are not the same."""
    return [name for name in COMPONENTS if not isinstance(one.swap(name, other), Refused)]


@dataclass
class Spoiling:
    """Puts components of the recipe into the sound set-up, one at a time."""

    ladders: Ladders

    def __call__(self) -> Iterator[Spoiler]:
        """Components of the recipe that make the sound set-up fail by themselves."""
        bench = self.ladders.bench
        laboratory = bench.laboratory
        for component in differing(bench.given, bench.sound):
            spoiled = bench.sound.swap(component, bench.given)
            if isinstance(spoiled, Refused):
                continue
            if self.ladders.too_dear(spoiled):
                continue
            laboratory.watch.stage(f"putting its {component} into a standard set-up")
            bar = bench.reference.arm.scores
            first = laboratory.run(spoiled, Part.SEARCH, bench.seeds[:1])
            if reaches(first, bar[:1]):
                continue
            if not reaches(laboratory.run(spoiled, Part.SEARCH, bench.seeds), bar):
                yield self._repaired(component, spoiled)

    def _repaired(self, component: str, spoiled: Subject) -> Spoiler:
        """With the intervention of one cause that repairs it, if there is one.

        That is a cause of the component, or else one that shows elsewhere and changes nothing else.
        """
        first, top = self.ladders.bench.seeds[:1], MARGIN
        found: Spoiler | None = None
        for cause in (
            *self.ladders.causes_of(component),
            *self.ladders.strong_beside(component),
        ):
            elsewhere = CAUSES[cause].component != component
            if elsewhere and found is not None:
                break
            for intervention in CAUSES[cause].ladder:
                repaired = spoiled.apply(intervention)
                if isinstance(repaired, Refused) or self.ladders.too_dear(repaired):
                    continue
                sound = self.ladders.bench.sound
                if elsewhere and not {*differing(repaired, sound)} <= {component}:
                    continue
                gain = self._gain(repaired, spoiled, first).mean
                if gain > top:
                    top = gain + RELEVANT
                    found = Spoiler(component, spoiled, cause, repaired)
                elif found is not None and found.cause == cause:
                    break
        if found is None or found.repaired is None:
            return Spoiler(component, spoiled)
        gain_of_all = self._gain(found.repaired, spoiled, self.ladders.bench.seeds)
        row = Row(found.cause, Kind.SCREENED, gain=gain_of_all, context=Context.SOUND)
        self.ladders.evidence.add(row)
        return found

    def _gain(self, high: Subject, low: Subject, seeds: Sequence[int]) -> Difference:
        return self.ladders.bench.laboratory.difference(high, low, Part.SEARCH, seeds)
