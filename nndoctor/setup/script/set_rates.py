"""Learning rates that a script sets itself, as by `adjust_learning_rate(optimizer, epoch)`."""

import ast
import copy
import inspect
import io
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import redirect_stdout
from typing import Any

from .changing import Loops
from .counting import in_head, raised
from .loop import Round, bound, covers
from .stopped import Place
from .update import value_of

SETS_RATE = re.compile(r"""\[["']lr["']\]\s*[*/]?=[^=]""")
_MOST = 20_000  # times that its lines are run for


class Unclear(Exception):
    """Why rates can't be read."""


def own_rates(
    loops: Loops, epochs_at: int, optimizer: Any, epochs: int, batches: int
) -> tuple[Callable[[Any], Any], str] | None:
    """A schedule with the rates that lines of the script set in one of its loops, and whether they
    stand in that over epochs ("epoch") or in the innermost ("step"); None where none do.

    The lines are run for each time of a whole training on a copy of the optimizer, which has to be
    all that they change. Raises Unclear.
    """
    found = [
        (at, one, place)
        for at, (loop, place) in enumerate(loops)
        for one in _direct(loop, place)
        if _sets(one, place, optimizer)
    ]
    if not found:
        return None
    at, _, place = found[0]
    lines = [one for other, one, _ in found if other == at]
    before = {one.lineno < place.line for one in lines}
    if len(lines) < len(found) or at not in (0, epochs_at) or len(before) > 1:
        raise Unclear("in several places")
    needed = _needed(loops[at][0], place, lines)
    times = epochs * (1 if at else batches)
    if times > _MOST:
        raise Unclear(f"{times} times")

    def counted(time: int) -> dict[str, Any]:
        return dict(_counters(loops, at, epochs_at, time, batches))

    _refuse_changing(needed, loops, counted(0).keys())
    copied, rates = _copy(optimizer), []
    known = {n: copied if v is optimizer else v for n, v in place.names.items()}
    code = compile(ast.fix_missing_locations(ast.Module(needed, [])), "rates", "exec")
    with redirect_stdout(io.StringIO()):
        for time in range(times):
            if time:  # the first update has seen what stands before it
                known |= counted(time if before == {True} else time - 1)
                exec(code, known)  # the user's own
            rates.append([float(group["lr"]) for group in copied.param_groups])
    if all(one == rates[0] for one in rates):
        raise Unclear("in a way that is not seen")
    return _listed(rates), "epoch" if at else "step"


def _direct(loop: Round, place: Place) -> Iterator[ast.stmt]:
    """The statements of a loop's body that are not around what runs."""
    yield from (one for one in loop.body if not covers(one, place.line))


def _sets(statement: ast.stmt, place: Place, optimizer: Any) -> bool:
    """Whether it sets rates, itself or by a function that is given the optimizer."""
    if SETS_RATE.search(ast.unparse(statement)):
        return True
    for one in ast.walk(statement):
        if isinstance(one, ast.Call) and any(_known(a, place) is optimizer for a in one.args):
            try:
                source = inspect.getsource(_known(one.func, place))
            except (TypeError, OSError):  # of a library's, or of none
                continue
            if SETS_RATE.search(source):
                return True
    return False


def _known(node: ast.expr, place: Place) -> Any:
    try:
        return value_of(node, place.names)
    except Exception:  # a name of another moment
        return None


def _needed(loop: Round, place: Place, lines: list[ast.stmt]) -> list[ast.stmt]:
    """With the statements before that give what they use a value, such as `lr = get_lr(it)`."""
    kept, counting = list[ast.stmt](), [one for one, _, _ in raised(loop)]
    wanted: set[str] = set()
    for one in reversed(list(_direct(loop, place))):
        gives = isinstance(one, ast.Assign | ast.AnnAssign | ast.AugAssign) and one not in counting
        if one in lines or (gives and wanted & set(bound(one))):
            kept.insert(0, one)
            wanted |= _used(one)
    return kept


def _used(node: ast.AST) -> set[str]:
    names = (one for one in ast.walk(node) if isinstance(one, ast.Name))
    return {one.id for one in names if isinstance(one.ctx, ast.Load)}


def _counters(
    loops: Loops, at: int, epochs_at: int, time: int, batches: int
) -> Iterator[tuple[str, Any]]:
    """What loops count, at a time of the one that the lines stand in."""
    passed = {at: time} if at == epochs_at else {0: time % batches, epochs_at: time // batches}
    for i, rounds in passed.items():
        if i < len(loops):
            loop, place = loops[i]
            yield from in_head(loop, place.names, rounds)
    loop, place = loops[at]
    for _, name, by in raised(loop):
        if name in place.names:
            yield name, place.names[name] + by * time


def _refuse_changing(lines: list[ast.stmt], loops: Loops, counted: Iterable[str]) -> None:
    """Raises Unclear for what other lines of the loops change, such as a loss."""
    own = [node for one in lines for node in ast.walk(one)]
    names = {node.id for node in own if isinstance(node, ast.Name)}
    inside = {id(node) for node in own}
    rest = (node for one, _ in loops for node in ast.walk(one) if id(node) not in inside)
    given = {n.id for n in rest if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    if others := sorted(names & given - set(counted)):
        raise Unclear(f"by {', '.join(others)}, which changes as it trains")


def _copy(optimizer: Any) -> Any:
    """One whose rates are nobody else's; parameters and their state stay shared."""
    shared = [p for group in optimizer.param_groups for p in group["params"]]
    kept: dict[int, Any] = {id(one): one for one in shared}
    return copy.deepcopy(optimizer, kept | {id(optimizer.state): optimizer.state})


def _listed(rates: list[list[float]]) -> Callable[[Any], Any]:
    """A function from an optimizer to a schedule that has these rates."""
    from torch.optim.lr_scheduler import LRScheduler

    class Listed(LRScheduler):  # type: ignore[misc]  # torch may be absent
        def get_lr(self) -> Any:
            return rates[min(self.last_epoch, len(rates) - 1)]

    Listed.__name__ = "its own lines"
    return Listed
