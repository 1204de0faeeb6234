"""Gradients of several batches that a script adds up before it makes an update."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from .counting import in_head, raised
from .fed import Fed
from .known import UnusualLoop
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
    """An update of some rounds alone with the loss of a round, and what that is divided by."""
    if update.when is None:
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
    update: Update, share: float, innermost: Round | None, names: Mapping[str, Any], fed: Fed
) -> tuple[Accumulated, Fed]:
    """How many batches make an update, and the rows in batches of all of them.

    Raises UnusualLoop where their number changes.
    """
    if update.when is None:
        return Accumulated(), fed
    text = f"if {ast.unparse(update.when)}:"
    if innermost is None:
        raise UnusualLoop(text)
    rounds = min(fed.batches, _MOST)
    met = [i for i in range(rounds) if _is_met(update, innermost, names, i, text)]
    count = _apart(met, rounds, text)
    if count == 1:
        return Accumulated(share=share), fed
    word = f"each update adds up the gradients of {count} batches of {fed.batch_size}"
    if share != count:
        word += ", whose losses are not divided" if share == 1 else f", divided by {share:g}"
    if met[-1] < rounds - 1:
        word += "; what is left at the end of an epoch makes one of its own here"
    elif rounds % count and share == count:
        word += "; the mean of what is left at the end of an epoch is that of fewer batches here"
    size = min(count * fed.batch_size, fed.count)
    whole = Accumulated(count, fed.batch_size, share, word)
    return whole, replace(fed, batch_size=size, drop_last=False)


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
    used = {one.id for one in ast.walk(update.when) if isinstance(one, ast.Name)}
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
