"""Gradients of several batches that a script adds up before it makes an update."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from .counting import in_head, raised
from .fed import Fed
from .known import UnusualLoop, names_in
from .loop import Round, Update
from .update import value_of

_MOST = 10_000  # rounds that are thought through


@dataclass(frozen=True)
class Accumulated:
    """So many batches of `size` rows make an update; the loss of each is divided by `share`.

    `word`: what a reader should know of it."""

    batches: int = 1
    size: int = 0
    share: float = 1.0
    word: str = ""

    def parts(self, rows: int) -> list[slice]:
        """The batches in the rows of an update; of the last of an epoch as many as there are."""
        size = self.size or rows
        return [slice(start, start + size) for start in range(0, rows, size)]

    def divisor(self, parts: int) -> float:
        """What a loss is divided by: where that makes a mean, it is one of fewer batches too."""
        return parts if self.share == self.batches > 1 else self.share


def undivided(update: Update, names: Mapping[str, Any]) -> tuple[Update, float]:
    """An update of several rounds with the loss of one, and what that is divided by."""
    if update.when is None and update.within is None:
        return update, 1.0
    match update.lost:
        case ast.BinOp(whole, ast.Div(), by):
            try:
                share = value_of(by, names)
            except Exception:  # of what is known in the update alone
                return update, 1.0
            if isinstance(share, int | float):
                return replace(update, lost=whole), float(share)
    return update, 1.0


def accumulated(
    update: Update,
    share: float,
    innermost: Round | None,
    names: Mapping[str, Any],
    fed: Fed,
    each: int | None,
) -> tuple[Accumulated, Fed]:
    """How many batches make an update, and the rows in batches of all of them; `each`: of a loop
    behind which it steps, as often as that goes round, None for one over all batches.

    Raises UnusualLoop where their number changes.
    """
    if update.within is not None:
        refuse_uneven(update.within, update.around)
        count = fed.batches if each is None else each
        if each is not None and count * fed.batch_size > fed.count:
            raise UnusualLoop(f"{count} times {fed.batch_size} of {fed.count} rows in an update")
        last = fed.batches // count * count
    elif update.when is not None:
        count, last = _by_condition(update, innermost, names, fed)
    else:
        return Accumulated(), fed
    if count == 1:
        return Accumulated(share=share), fed
    word = f"each update adds up the gradients of {count} batches of {fed.batch_size}"
    if share != count:
        word += ", whose losses are not divided" if share == 1 else f", divided by {share:g}"
    if last < fed.batches:
        word += "; what is left at the end of an epoch makes one of its own here"
    elif fed.batches % count and share == count:
        word += "; the mean of what is left at the end of an epoch is that of fewer batches here"
    size = min(count * fed.batch_size, fed.count)
    whole = Accumulated(count, fed.batch_size, share, word)
    dropped = fed.drop_last and fed.batches % count == 0
    return whole, replace(fed, batch_size=size, drop_last=dropped)


def _by_condition(
    update: Update, innermost: Round | None, names: Mapping[str, Any], fed: Fed
) -> tuple[int, int]:
    """How many batches make an update, and how many an epoch's updates take of its own."""
    assert update.when is not None
    text = f"if {ast.unparse(update.when)}:"
    if innermost is None:
        raise UnusualLoop(text)
    rounds = min(fed.batches, _MOST)
    met = [i for i in range(rounds) if _is_met(update, innermost, names, i, text)]
    count = _apart(met, rounds, text)
    return count, fed.batches if met[-1] == rounds - 1 else met[-1] + 1


def refuse_uneven(within: Round, around: frozenset[str]) -> None:
    """Raises UnusualLoop for a loop that goes round another number of times in another update;
    `around`: names that loops around it change."""
    head = within.iter if isinstance(within, ast.For) else within.test
    text = f"for {ast.unparse(within.target)} in " if isinstance(within, ast.For) else "while "
    used = names_in(head)
    ends = any(isinstance(one, ast.Break | ast.Continue) for one in ast.walk(within))
    if isinstance(within, ast.While) or ends or used & around:
        raise UnusualLoop(f"{text}{ast.unparse(head)}: before each step()")


def _apart(met: list[int], rounds: int, text: str) -> int:
    """How many rounds lie between those with an update, apart from one at the very end."""
    if not met:
        raise UnusualLoop(text)
    steady = met[:-1] if met[-1] == rounds - 1 and len(met) > 1 else met
    count = steady[1] - steady[0] if len(steady) > 1 else steady[0] + 1
    if met not in (expected := list(range(steady[0], rounds, count)), [*expected, rounds - 1]):
        raise UnusualLoop(text)
    return count


def _is_met(
    update: Update, innermost: Round, names: Mapping[str, Any], number: int, text: str
) -> bool:
    """Whether a round makes an update, by what is counted in it."""
    assert update.when is not None
    counted = dict(_counts(update, innermost, names, number))
    used = names_in(update.when)
    if used & update.varying - counted.keys():
        raise UnusualLoop(text)
    return bool(value_of(update.when, {**names, **counted}))


def _counts(
    update: Update, innermost: Round, names: Mapping[str, Any], number: int
) -> Iterator[tuple[str, int]]:
    """Names that count rounds, so many rounds behind the first `backward()`."""
    assert update.when is not None
    yield from in_head(innermost, names, number)
    for one, name, by in raised(innermost):
        if name in names:
            behind = update.line < one.lineno < update.when.lineno
            yield name, names[name] + by * (number + behind)
