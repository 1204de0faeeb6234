"""ND106: does a number stand for "missing"?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...findings import Finding, Status, Table, Where
from ..measures.column_profile import Profile
from ..measures.raw_table import RawTable
from .data_check import DataCheck, counted, named

# Numbers that people write where they have none; 0 and -1 mean something in many columns.
CODES = frozenset(
    sign * code
    for sign in (1.0, -1.0)
    for code in (9, 99, 999, 9999, 99999, 999999, 88, 888, 8888, 77, 777, 32767, 32768, 2147483647)
)
PLAUSIBLE = frozenset((0.0, 1.0))


@dataclass(frozen=True)
class Sentinel:
    """A value that is repeated at one end of a column; `gap`: how far the others are from it, in
    units of their own range."""

    column: str
    value: float
    count: int
    gap: float
    alone: bool = False  # the only negative value


@dataclass(frozen=True)
class SentinelValues(DataCheck):
    """## What it does
    Looks in every column for one value that is repeated exactly and lies away from all others, by
    at least their own range: -999 among ages, 99999 among incomes. Notes -1 where nothing else is
    negative. Zeros below all other values are a question of their own (ND120).

    ## Why it matters
    The network takes the code for a quantity. It stretches the scale of the column and squeezes
    the real values together.

    ## What to do
    Make it an empty field, then fill it or leave the row out; an extra column may mark where it was
    missing.

    ## Source
    Pearson 2006, The Problem of Disguised Missing Data, SIGKDD Explorations 8; Qahtan et al. 2018,
    FAHES: A Robust Disguised Missing Values Detector, KDD.
    """

    code: str = "ND106"
    name: str = "sentinel-values"

    gap: float = 1.0  # ranges of the other values
    known: float = 0.25  # for the codes that people write: 999, -99, ...
    repeats: int = 3
    distinct: int = 10  # other values; fewer are categories, whose codes are arbitrary

    def measure(self, table: RawTable) -> tuple[Sentinel, ...]:
        """Repeated values at the ends of the columns, the most suspicious first."""
        found = [s for profile in table.profiles for s in self._ends(profile)]
        return tuple(sorted(found, key=lambda sentinel: -sentinel.gap))

    def judge(self, seen: Sequence[Sentinel]) -> Finding:
        """A warning far outside, a note for 0 and -1, which may be meant."""
        rated = [(self._rated(sentinel), sentinel) for sentinel in seen]
        bad = [(status, s) for status, s in rated if status is not Status.OK]
        if not bad:
            often = f"no number that occurs {self.repeats} times or more"
            return self.finding(Status.OK, f"{often} looks like a code for a missing value")
        bad.sort(key=lambda pair: -pair[0].severity)
        status, worst = bad[0]
        rows = tuple((s.column, s.value, s.count, s.gap, its) for its, s in bad)
        return self.finding(
            status,
            f"{worst.value:g} occurs {counted(worst.count, 'time')}, far from all other values, "
            f"in {named([s.column for _, s in bad])}: does it mean 'missing'?",
            measured=worst.gap,
            threshold=f"{self.gap:g} ranges of the other values away, {self.known:g} for codes "
            f"such as -999; {self.repeats} times or more",
            source="Pearson 2006, The Problem of Disguised Missing Data",
            where=Where(column=worst.column),
            suggests=("input_not_normalised",),
            advice="make them empty fields, then fill them or leave the rows out",
            evidence=(
                Table(
                    "values that may mean 'missing'",
                    ("column", "value", "rows", "distance in ranges", "verdict"),
                    rows,
                ),
            ),
        )

    def _ends(self, profile: Profile) -> Iterator[Sentinel]:
        low, high = profile.low, profile.high
        if profile.distinct - 1 < self.distinct:
            return
        if low.count >= self.repeats and low.value != 0:
            alone = low.value == -1 and low.next >= 0
            others = high.value - low.next
            yield Sentinel(
                profile.name, low.value, low.count, (low.next - low.value) / others, alone
            )
        if high.count >= self.repeats:
            others = high.next - low.value
            yield Sentinel(profile.name, high.value, high.count, (high.value - high.next) / others)

    def _rated(self, sentinel: Sentinel) -> Status:
        needed = self.known if sentinel.value in CODES else self.gap
        if sentinel.alone:
            return Status.NOTE
        if sentinel.gap < needed:
            return Status.OK
        return Status.NOTE if abs(sentinel.value) in PLAUSIBLE else Status.WARNING
