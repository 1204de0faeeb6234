"""What the checks of data are given: the rows as they were read, and as the network gets them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np

from ...trainable import Array, Batch, Task
from .class_opinions import Opinions, class_opinions
from .column_profile import Profile, profile, profiled
from .file_columns import Told, told_columns
from .hashing import equal_rows, firsts_among, row_hashes

CELLS = 1 << 18  # looked at in one piece, so that no mask as big as the table is made
JUDGED = 5000  # rows whose labels small models judge: all of them are compared with each other
STREAM = 0xDA7A  # keeps these draws apart from others made from the same seed


@dataclass(frozen=True)
class Rows:
    """Rows as they were read: x [N, D], y [N, T], and their numbers in the data, from 1 [N].

    y holds class numbers for a classification; both hold NaN where a value is missing. `moments`
    are the seconds of a date column [N], where the file has one; `subjects`: codes [N] of what rows
    are about, -1 where missing, by columns that are no inputs.
    """

    x: Array
    y: Array
    numbers: Array
    moments: Array | None = None
    subjects: Mapping[str, Array] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.x)

    def rows(self, index: Array) -> "Rows":
        """Some of the rows, in the given order."""
        moments = None if self.moments is None else self.moments[index]
        subjects = {name: codes[index] for name, codes in self.subjects.items()}
        return Rows(self.x[index], self.y[index], self.numbers[index], moments, subjects)

    def sample(self, most: int, seed: int, among: Array | None = None) -> "Rows":
        """At most so many rows, drawn from a seed, in the order of the data.

        `among`: the positions that they are drawn from [K]; all where it is None.
        """
        among = np.arange(len(self)) if among is None else among
        if len(among) <= most:
            return self if len(among) == len(self) else self.rows(among)
        rng = np.random.default_rng(np.random.SeedSequence([seed, STREAM]))
        return self.rows(among[np.sort(rng.choice(len(among), most, replace=False))])

    @cached_property
    def complete(self) -> Array:
        """The positions of the rows in which nothing is missing or infinite [K]."""
        whole = np.asarray(np.isfinite(self.y).all(axis=1))
        if self.x.dtype.kind not in "biu":
            step = max(1, CELLS // max(1, self.x.shape[1]))
            for start in range(0, len(self), step):
                piece = slice(start, start + step)
                whole[piece] &= np.isfinite(self.x[piece]).all(axis=1)
        return np.flatnonzero(whole)

    @cached_property
    def answered(self) -> Array:
        """The positions of the rows whose first target is there [K]."""
        return np.flatnonzero(np.isfinite(self.y[:, 0]))

    @cached_property
    def hashes(self) -> Array:
        """A number for each row's inputs [N], see `row_hashes`."""
        return row_hashes(self.x)

    @cached_property
    def first_equal(self) -> Array:
        """For each row the position of the first one with the same inputs [N]."""
        return equal_rows(self.x, self.hashes)


@dataclass(frozen=True)
class Judged:
    """Complete rows, of many a sample, and what small models make of their classes.

    `given` [N] are positions among the `kinds` of classes that there are; `opinions` are None where
    the inputs tell nothing.
    """

    rows: Rows
    kinds: Array
    given: Array
    opinions: Opinions | None


@dataclass(frozen=True)
class RawTable:
    """A table as it was read, split as the training splits it, and what training makes of it.

    `columns` are the network's inputs [D], `origins` the column of the file that each is made of
    [D]. Columns of the file that are no inputs were `set_aside`; those that look like identifiers
    but were asked for are `forced`. `missing` says what becomes of missing values, `split` how
    rows are held out; `together`: equal rows are kept on one side; `grouped`: the parts of which no
    group is trained on.

    `prepared` are training rows as the network gets them, a sample where they are many, `answers`
    the targets of all of them, and `task` is what the loss reads; all are None where the set-up
    can't be built, and `unprepared` then says why. `scaling` is the
    recipe's step for features, `parameters` how many the network has.
    """

    columns: tuple[str, ...]
    targets: tuple[str, ...]
    kind: Literal["classification", "multilabel", "regression"]
    train: Rows
    labels: tuple[str, ...] = ()
    validation: Rows | None = None
    test: Rows | None = None
    prepared: Batch | None = None
    answers: Array | None = None
    task: Task | None = None
    unprepared: str = ""
    scaling: str = "none"
    missing: Literal["fill", "drop", "refuse"] = "refuse"
    together: bool = False
    split: Literal["random", "group", "time", "last"] = "random"
    grouped: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    set_aside: tuple[str, ...] = ()
    forced: tuple[str, ...] = ()
    shuffle: bool = True
    batch_size: int = 32
    parameters: int = 0
    seed: int = 0

    def __post_init__(self) -> None:
        if not self.origins:  # each input is a column of the file
            object.__setattr__(self, "origins", self.columns)
        if self.answers is None and self.prepared is not None:
            object.__setattr__(self, "answers", self.prepared.y)

    @cached_property
    def inputs_of(self) -> dict[str, list[int]]:
        """The positions of the inputs that each column of the file became."""
        positions: dict[str, list[int]] = {}
        for j, origin in enumerate(self.origins):
            positions.setdefault(origin, []).append(j)
        return positions

    @cached_property
    def profiles(self) -> tuple[Profile, ...]:
        """The inputs of the training rows [D], each under the name of the file's column."""
        return tuple(profiled(self.train.x, self.origins))

    @cached_property
    def told(self) -> tuple[Told, ...]:
        """What each column of the file tells in the training rows, its levels as one column."""
        known = self.profiles
        return tuple(told_columns(self.train.x, self.inputs_of, lambda j: known[j].is_flag))

    @cached_property
    def told_profiles(self) -> tuple[Profile, ...]:
        """The same in numbers."""
        return tuple(
            self.profiles[one.inputs[0]] if len(one.inputs) == 1 else profile(one.name, one.values)
            for one in self.told
        )

    @cached_property
    def judged(self) -> Judged:
        """Training rows whose labels can be judged; asked for where each row has one class."""
        rows = self.train.sample(JUDGED, self.seed, self.train.complete)
        kinds, given = np.unique(rows.y[:, 0].astype(np.int64), return_inverse=True)
        return Judged(rows, kinds, given, class_opinions(rows.x, given, self.seed))

    @property
    def looks(self) -> tuple[Callable[[], object], ...]:
        """What several checks share and each would compute, to be had side by side beforehand."""
        judge = self.kind == "classification" and self.train.y.shape[1] == 1
        return (
            lambda: self.told_profiles,
            lambda: (self.train.first_equal, *(part.complete for part in self._parts)),
            lambda: self.judged if judge and len(self.train.complete) > JUDGED else None,
        )

    @property
    def _parts(self) -> tuple[Rows, ...]:
        return (self.train, *self.held_out.values())

    @property
    def held_out(self) -> dict[str, Rows]:
        """The other rows by name, those parts that there are."""
        parts = {"validation": self.validation, "test": self.test}
        return {name: rows for name, rows in parts.items() if rows is not None and len(rows)}

    def dealt(self, part: Rows) -> Array:
        """The positions of the rows of a part that were dealt one by one [K]: incomplete ones only
        if they are filled, equal ones once if they were dealt together."""
        rows = np.arange(len(part)) if self.missing == "fill" else part.complete
        if not self.together or not len(rows):
            return rows
        return np.asarray(rows[np.unique(firsts_among(part.first_equal, rows))])

    def drawn(self, rows: int, most: int) -> str:
        """What a message says of rows that were only sampled; empty where all were looked at."""
        return f" (seen on {most} of {rows} rows, seed {self.seed})" if rows > most else ""
