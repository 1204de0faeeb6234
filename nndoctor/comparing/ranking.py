"""Ranks of set-ups by what is shown of their differences: pure."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from ..comparison import ALPHA, Arm, Difference, Rows, compare, level, shown


@dataclass(frozen=True)
class Standing:
    """Where one set-up stands.

    `at`: its number among those compared. `ranks`: the best and the worst that it may have, by how
    many are shown to be better and how many worse; a set-up with a broken run is behind all that
    have none. `behind`: the score of the first one minus its own. `worse`: shown to be worse than
    the first, or broken where the first is not.
    """

    at: int
    ranks: tuple[int, int]
    score: Difference
    behind: Difference
    worse: bool
    broken: int


def standings(
    arms: Sequence[Arm], broken: Sequence[int], rows: Rows, alpha: float = ALPHA
) -> list[Standing]:
    """All set-ups, the best first; `broken`: how many runs of each were lost.

    One error for all pairs together (Holm 1979), in either direction, so that the ranks hold
    together too (Mogstad et al. 2024, "Inference for Ranks").
    """
    levels, count = [level(arm, rows) for arm in arms], len(arms)
    order = sorted(range(count), key=lambda at: (broken[at] > 0, -levels[at].mean, at))
    pairs = [
        (a, b) if levels[a].mean >= levels[b].mean else (b, a)
        for a, b in itertools.combinations(range(count), 2)
    ]
    gaps = [compare(arms[high], arms[low], rows) for high, low in pairs]
    # which of two comes first was seen in the same scores: half the error for either direction
    found = shown(gaps, 0.0, alpha / 2)
    alike = {
        pair
        for pair, is_so in zip(pairs, found, strict=True)
        if is_so and bool(broken[pair[0]]) == bool(broken[pair[1]])
    }
    lost = {(a, b) for a in range(count) for b in range(count) if broken[b] and not broken[a]}
    better, first = alike | lost, order[0]
    return [
        Standing(
            at,
            (
                1 + sum((other, at) in better for other in order),
                count - sum((at, other) in better for other in order),
            ),
            levels[at],
            compare(arms[first], arms[at], rows),
            (first, at) in better,
            broken[at],
        )
        for at in order
    ]
