"""What a script's loops do at times alone, and is left out here, in words."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .beside import called_again
from .changing import Loops, may_end_early
from .known import bound, names_in
from .loop import Round, Update
from .stopped import Place
from .update import value_if_known

_BREAK = "a break in its loop over batches is left out"
_CONTINUE = "batches that its continue passes over are trained on as well"
_FINITE = ("isnan", "isinf", "isfinite")


@dataclass(frozen=True)
class AtTimes:
    """The loops of one training, of which the one over `epochs` is the one `epochs_at`; `is_head`:
    the innermost goes over batches."""

    places: tuple[Place, ...]
    loops: Loops
    epochs_at: int
    epochs: int | None
    is_head: bool

    def words(self, update: Update) -> Iterator[str]:
        """What they leave out or pass over."""
        if again := called_again(self.places, self.loops):
            lines = ", ".join(map(str, again))
            yield f"the training that line {lines} calls as well is not looked at"
        if not self.loops:
            return
        if self.is_head and may_end_early(self.loops[0], update.varying):
            yield _BREAK
        if self.is_head and any(_skips(*self.loops[0])):
            yield _CONTINUE
        over = self.loops[max(self.epochs_at, self.is_head) :][:1]
        for loop, place in over if self.epochs else ():
            if isinstance(loop, ast.For) and any(_ends(loop, place)):
                yield f"it may stop early, which is left out: all {self.epochs} epochs are trained"


def _skips(loop: Round, place: Place) -> Iterator[ast.If]:
    """Conditions under which a round makes no update, but for a loss that is not finite."""
    for one in _conditions(loop.body):
        ends = any(isinstance(s, ast.Continue) for s in one.body)
        if (
            ends
            and one.lineno < place.line
            and not any(n in ast.unparse(one.test) for n in _FINITE)
        ):
            yield one


def _ends(loop: Round, place: Place) -> Iterator[ast.If]:
    """Conditions that may come to be, under which a loop ends."""
    called = {ast.unparse(one.func).partition(".")[0] for one in ast.walk(loop)
              if isinstance(one, ast.Call)}  # fmt: skip
    for one in _conditions(loop.body):
        if any(isinstance(s, ast.Break | ast.Return) for s in one.body):
            used = names_in(one.test)
            if used & (called | set(bound(loop))) or value_if_known(one.test, place.names):
                yield one


def _conditions(body: Sequence[ast.stmt]) -> Iterator[ast.If]:
    """Those of a loop, and not of one within."""
    for one in body:
        if isinstance(one, ast.If):
            yield one
        if not isinstance(one, ast.For | ast.While | ast.FunctionDef | ast.ClassDef):
            for field in ("body", "orelse", "finalbody", "handlers"):
                yield from _conditions(getattr(one, field, []))
