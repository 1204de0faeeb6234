"""Which rows runs are trained on, and on which others they are judged."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Generic, TypeVar

import numpy as np

from ..comparison import Rows, Split
from ..data import Parts, split
from ..diagnosis.subject import Part
from ..trainable import Array

HELD_FROM = 60  # rows in all, below which nothing is held out
HELD = 0.2
# Where all seeds are judged on the same rows each trains on others, so that the choice of training
# rows is part of the error; runs whose start is constant would else be one and the same.
LEAVE_FROM, LEAVE_OUT = 6, 0.1
CONFIRM_FROM = 500  # rows, or groups, from which on a part is kept for confirmation alone
CONFIRM, CONFIRM_MOST = 0.2, 1000
CONFIRM_SEED = 0xC0F1
# Of that part, outside its largest class: of fewer rows a share is known by worse than 0.1, and
# other rows for each seed tell more.
CONFIRM_RARE = 25
THINNEST = 200  # rows that a thinner table keeps at least
NONE = np.zeros(0, np.int64)
R = TypeVar("R")


@dataclass(frozen=True)
class JudgedRows(Generic[R]):
    """A table of rows and what each part of a diagnosis may use of them.

    `usable`: positions of the rows that may be used [N]; `fixed`: positions of rows that the user
    validates on in each run, () where they are split off. `classes` [rows] are what splits keep in
    proportion, None for numbers. `groups` [rows]: rows of one group stay on one side of each split;
    they are equal rows, unless a column has `named` them. `confirms`: whether rows are kept for a
    confirmation. `share`: of the rows, held out by each seed.
    """

    dataset: R
    usable: Array
    fixed: Array
    classes: Array | None = None
    groups: Array | None = None
    named: str = ""
    confirms: bool = True
    share: float = HELD

    @property
    def words(self) -> str:
        """Which rows scores are taken on."""
        if not self.held:
            return "training rows"
        if self.groups is None or len(self.fixed):
            return "held-out rows"
        alike = f"rows of one '{self.named}'" if self.named else "equal rows"
        return f"held-out rows, {alike} kept together"

    @property
    def held(self) -> bool:
        """Whether anything is held out at all."""
        return len(self.fixed) > 0 or len(self.usable) >= HELD_FROM

    @property
    def count(self) -> int:
        """How many rows there are that are not of one kind: groups, where a column names them."""
        if self.groups is None or not self.named:
            return len(self.usable)
        return len(np.unique(self.groups[self.usable]))

    @property
    def mixed(self) -> "JudgedRows[R] | None":
        """Split with equal rows on both sides; None where they are anyway, or none are there."""
        apart = self.groups is not None and not self.named and not len(self.fixed)
        return replace(self, groups=None) if apart else None

    @cached_property
    def confirmation(self) -> Array:
        """Positions of the rows that a search never scores on; () where there are too few."""
        kept = self._apart() if self.confirms else NONE
        return NONE if self._rare(kept) < CONFIRM_RARE else kept

    @property
    def none_apart(self) -> str:
        """Why no rows are kept for a confirmation."""
        rare = self._rare(self._apart())
        if self.confirms and 0 < rare < CONFIRM_RARE:
            return f"only {rare} of them would be outside the largest class"
        return f"fewer than {CONFIRM_FROM} {'groups' if self.named else 'rows'}"

    def _rare(self, rows: Array) -> int:
        """How many of these rows are outside their largest class."""
        if self.classes is None or not len(rows):
            return len(rows)
        return len(rows) - int(np.bincount(self.classes[rows]).max())

    def _apart(self) -> Array:
        if len(self.fixed):
            # at random: every other row may be every row of a class
            enough = len(self.fixed) >= CONFIRM_FROM * CONFIRM * 2
            halves = self._split(self.fixed, 0.5, CONFIRM_SEED) if enough else None
            return np.sort(halves.validation) if halves else NONE
        if self.count < CONFIRM_FROM:
            return NONE
        share = min(CONFIRM, CONFIRM_MOST / len(self.usable))
        return np.sort(self._split(self.usable, share, CONFIRM_SEED).validation)

    @cached_property
    def searched(self) -> Array:
        """Positions of the rows that a search trains or scores on."""
        return np.setdiff1d(self.usable, self.confirmation)

    def thinner(self, share: float, seed: int) -> "JudgedRows[R] | None":
        """With this share of its rows; None where too few would be left to be judged."""
        if share >= 1 or len(self.usable) * share < THINNEST:
            return None
        kept = self._split(self.usable, share, seed).validation
        return replace(self, usable=np.sort(kept))

    def parts(self, seed: int, part: Part, validation: float) -> Parts:
        """`validation`: the share of the training rows that the subject decides by itself on."""
        train, judged = self._judged(seed, part)
        if validation:
            own = self._split(train, validation, seed)
            return Parts(own.train, own.validation, judged)
        return Parts(train, NONE, judged)

    def _judged(self, seed: int, part: Part) -> tuple[Array, Array]:
        if len(self.fixed):
            if not len(self.confirmation):
                return self._some(self.usable, seed), self.fixed
            confirms = part is Part.CONFIRMATION
            rest = np.setdiff1d(self.fixed, self.confirmation)
            return self._some(self.usable, seed), self.confirmation if confirms else rest
        if not self.held:
            return self._some(self.usable, seed), NONE
        if part is Part.CONFIRMATION and len(self.confirmation):
            return self._some(self.searched, seed), self.confirmation
        held = self._split(self.searched, self.share, seed)
        return held.train, held.validation

    def _some(self, rows: Array, seed: int) -> Array:
        """All but a tenth, another one for each seed."""
        if len(rows) < LEAVE_FROM:
            return rows
        return self._split(rows, LEAVE_OUT, seed).train

    def between(self, part: Part) -> Rows:
        """How the judged rows of several seeds hang together."""
        if not self.held:
            return Rows(Split.TRAINING)
        if len(self.fixed) or (part is Part.CONFIRMATION and len(self.confirmation)):
            return Rows(Split.FIXED)
        return Rows(Split.NEW, self.share / (1 - self.share))

    def _split(self, rows: Array, share: float, seed: int) -> Parts:
        classes = None if self.classes is None else self.classes[rows]
        groups = None if self.groups is None else self.groups[rows]
        if groups is not None and len(np.unique(groups)) < 2:
            groups = None  # what is trained on may be a single group, which is then taken apart
        found = split(len(rows), share, 0.0, seed, classes, groups)
        return Parts(rows[found.train], rows[found.validation], NONE)
