"""How long a script trains: how often its loops go round, and what that is in epochs."""

import ast
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .changing import Loops
from .counting import rounds_until_end
from .handed import Handed
from .known import UnusualLoop, bound, names_in
from .loop import Round, heads, room_of
from .stopped import Place
from .update import value_of

_STATED = re.compile(r"(n|num|max)_?epochs?|epochs|epochs?_count", re.I)


@dataclass(frozen=True)
class Length:
    """`epochs` where that is known; the loop `at` is that over them, among the loops around the
    update. `less`: an epoch leaves out what is behind its last whole update."""

    epochs: int | None
    at: int
    less: bool = False

    def behind(self, inner: int) -> "Length":
        """The same, with so many loops within."""
        return Length(self.epochs, self.at + inner, self.less)


def times(one: Round, place: Place) -> int | None:
    """How often a loop goes round: of `for epoch in range(...)`, tqdm or not, and of a `while` that
    ends by what it counts."""
    if not isinstance(one, ast.For):
        return rounds_until_end(one, place.names, place.line)
    for call in ast.walk(one.iter):
        if isinstance(call, ast.Call) and ast.unparse(call.func).endswith("range"):
            try:
                return len(range(*(int(value_of(a, place.names)) for a in call.args)))
            except Exception:  # of a range of the user's own
                return None
    return None


def passing(places: tuple[Place, ...], loops: Loops) -> Length:
    """By the innermost of the loops that is known to go round so often."""
    for i, (one, place) in enumerate(loops):
        if (count := times(one, place)) is not None:
            return Length(count, i)
    return Length(stated(places[-1].names) if loops else 1, len(loops))


def drawing(
    places: tuple[Place, ...], loops: Loops, own: Sequence[Any], passes: float, updates: int
) -> Length:
    """Of loops that do not go over batches, each round of which sees `passes` of all rows, where an
    epoch makes so many `updates`; `own`: what a loop that makes it anew does not belong to."""
    usual = passing(places, loops)
    rounds = _rounds(of_training(loops, own))
    if usual.epochs is None:
        return usual
    if usual.at or not rounds:
        return Length(max(1, round(usual.epochs * passes)), usual.at)
    at = next((i for i in range(1, len(rounds)) if math.prod(rounds[:i]) == updates), 0)
    return Length(max(1, round(math.prod(rounds) * passes)), at)


def handing(
    places: tuple[Place, ...],
    loops: Loops,
    own: Sequence[Any],
    given: Handed,
    each: int | None,
    batches: int,
) -> Length:
    """Of an iterator with so many `batches`, `each` of which an update takes."""
    if each is None:
        raise UnusualLoop(f"{given.text} in a loop over other batches")
    training = of_training(loops, own)
    rounds = _rounds(training)
    known = len(rounds) == len(training)
    if given.ends:  # its loop goes over all batches
        return passing(places, loops[given.depth :]).behind(given.depth)
    if len(rounds) < given.depth or (not loops and each == 1):
        return Length(stated(places[-1].names), len(loops))
    taken = each * math.prod(rounds[: given.depth])
    often = math.prod(rounds[given.depth :]) if known else stated(places[-1].names)
    left = batches - taken
    if 0 <= left < each:
        return Length(often, given.depth, left > 0)
    if not given.endless:
        raise UnusualLoop(f"{taken} of {batches} batches by {given.text}")
    whole = None if often is None else max(1, round(often * taken / batches))
    return Length(whole, 0)


def stated(own: Mapping[str, Any]) -> int | None:
    """What a variable called epochs says."""
    named = [v for n, v in own.items() if _STATED.fullmatch(n) and type(v) is int and v > 0]
    return named[0] if len(named) == 1 else None


def _rounds(loops: Loops) -> list[int]:
    """How often the loops go round, as far as that is known."""
    known = list[int]()
    for one, place in loops:
        count = times(one, place)
        if count is None:
            break
        known.append(count)
    return known


def of_training(loops: Loops, own: Sequence[Any]) -> Loops:
    """Without the loops in which model or optimizer are made anew."""

    def holds(value: Any) -> bool:
        inside = getattr(value, "__dict__", {}).values()
        return any(value is one or any(part is one for part in inside) for one in own)

    def makes(node: ast.AST, place: Place, counted: set[str]) -> bool:
        if isinstance(node, ast.If) and names_in(node.test) & counted:  # not in each round
            return False
        if isinstance(node, ast.Assign):
            return any(holds(place.names.get(name)) for name in bound(node))
        return any(makes(one, place, counted) for one in ast.iter_child_nodes(node))

    for i, (one, place) in enumerate(loops):
        outer = i and loops[i - 1][1] is not place
        room = room_of(ast.parse(loops[i - 1][1].text), loops[i - 1][1].line)
        if makes(one, place, heads(one)) or (outer and makes(room, loops[i - 1][1], set())):
            return loops[:i]
    return loops
