"""What a confirmation showed: the claims with their gains, and what may be prescribed."""

from dataclasses import dataclass

from ..comparison import LOOKS, RELEVANT, Difference, shown
from .causes import CAUSES
from .context import Context
from .evidence import MARGIN
from .references import Reference
from .subject import Run, Subject
from .trials import Op, Trial


@dataclass(frozen=True)
class Claim:
    """One cause's intervention, made in `before`; not its `own` where it is a whole component."""

    cause: str
    before: Subject
    after: Subject
    context: Context
    ops: tuple[Op, ...] = ()
    own: bool = True
    op: Op | None = None


@dataclass(frozen=True)
class Prescribed:
    """Changes that may be prescribed, their runs on confirmation and what they gain there."""

    trial: Trial
    after: tuple[Run, ...]
    gain: Difference


@dataclass(frozen=True)
class Confirmed:
    """The subject as it is on confirmation, its gap to the reference, and what was prescribed.

    `alpha`: the error that is left for this look. `margin`: what the subject may lose beside the
    reference. `cured`: as good as the reference there. `cure` None: nothing that was tried does
    better. `outdone`: causes of a cure that was found before it and was shown to bring less.
    `said`: what cures as well and can be written by the user, where `cure` can't be. `earlier`: as
    it is on the seeds of the round before; `in_all`: the gap with these, its own without any.
    """

    seeds: int
    alpha: float
    before: tuple[Run, ...]
    reference: Reference
    gap: Difference
    claims: tuple[Claim, ...] = ()
    gains: tuple[Difference, ...] = ()
    cure: Trial | None = None
    after: tuple[Run, ...] = ()
    gain: Difference | None = None
    cured: bool = False
    margin: float = MARGIN
    outdone: tuple[str, ...] = ()
    said: Prescribed | None = None
    earlier: tuple[Run, ...] = ()
    in_all: Difference | None = None

    @property
    def prescribed(self) -> Prescribed | None:
        """What the user is to change, for which no cause need be named."""
        if self.said is not None or self.cure is None or self.gain is None:
            return self.said
        return Prescribed(self.cure, self.after, self.gain)

    @property
    def exhausted(self) -> bool:
        """Whether all seeds were looked at that a confirmation may take."""
        return self.seeds >= max(LOOKS)

    @property
    def improves(self) -> bool:
        """Whether the cure is shown to do better than nothing."""
        return self.gain is not None and self.gain.shows(0.0, self.alpha)

    @property
    def spoiling(self) -> set[str]:
        """Causes that were shown to spoil a sound set-up."""
        pairs = zip(self.claims, self.gains, strict=True)
        return {
            claim.cause
            for claim, gain in pairs
            if claim.context is Context.SOUND and gain.shows(MARGIN, self.alpha)
        }

    @property
    def in_rounds(self) -> Difference:
        """The gap on the seeds of this round and of the one before."""
        return self.in_all or self.gap

    def spares(self, cause: str) -> bool:
        """Whether what is as good as the reference still has what this cause sits in."""
        if not self.cured or self.cure is None:
            return False
        changed = {op.component or CAUSES[op.cause].component for op in self.cure.ops}
        return CAUSES[cause].component not in changed

    @property
    def decided(self) -> bool:
        """Whether more seeds would be of no use: verdict, claims and cure are clear."""
        gap, margin, alpha = self.in_rounds, self.margin, self.alpha
        open_ = not gap.shows(margin, alpha) and not gap.excludes(margin, alpha)
        sure = shown(self.gains, alpha=self.alpha)
        hopeless = [one.mean <= RELEVANT or one.excludes(MARGIN, self.alpha) for one in self.gains]
        claims = all(a or b for a, b in zip(sure, hopeless, strict=True))
        return not open_ and claims and (self.cure is None or self.cured)
