"""Learning rates that lines of a script move, as `adjust_learning_rate(optimizer, epoch)` does.

The lines are run for each time of a whole training on copies of the optimizer and its schedules.
"""

import ast
import copy
import inspect
import io
import re
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from typing import Any

from .changing import Loops
from .counting import in_head, raised
from .known import bound
from .loop import Round, covers, room_of
from .stopped import Place
from .update import noted, value_if_known

_RATE = r"[\"'](?:initial_)?lr[\"']"
_VALUE = r"(?:[^,(){}]|\([^()]*\))*"
_PAIRS = rf"\{{(?:\s*{_RATE}\s*:{_VALUE},?)+\}}"
SETS_RATE = re.compile(
    rf"""\[["']lr["']\]\s*[-+*/]?=[^=]"""  # group["lr"] *= 0.5
    rf"""|\.update\((?:(?:initial_)?lr={_VALUE}|{_PAIRS})\)"""  # group.update(lr=0.1)
    rf"""|\|=\s*{_PAIRS}"""  # group |= {"lr": 0.1}
)
_MOST = 20_000  # times that its lines are run for
_COPY = "_moved_"
_PLAIN = (ast.If, ast.For, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Expr, ast.Pass)


class Unclear(Exception):
    """Why rates can't be read."""


@dataclass(frozen=True)
class Moved:
    """What lines may move: the optimizer, and its schedules."""

    optimizer: Any
    schedules: tuple[Any, ...] = ()

    @property
    def name(self) -> str:
        """Of what moves the rates."""
        kinds = sorted({type(one).__name__ for one in self.schedules})
        from ...adapters.torch.rate_plan import OWN_LINES

        return ", ".join(kinds) or OWN_LINES


def own_rates(
    loops: Loops, epochs_at: int, moved: Moved, epochs: int, batches: int
) -> tuple[Callable[[Any], Any], str] | None:
    """A schedule with the rates that lines of the script lead to in one of its loops, and whether
    they stand in that over epochs ("epoch") or in the innermost ("step"); None where none do.

    Raises Unclear where what decides is not seen by these lines alone, or they do more.
    """
    found = [
        (at, one, place)
        for at, (loop, place) in enumerate(loops)
        for one in _direct(loop, place)
        if any(_moves(node, place, moved) for node in ast.walk(one))
    ]
    if any(_moves(one, place, moved) for place in _called(loops) for one in _aside(place)):
        raise Unclear("outside of its loops")
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
    _refuse_more(needed, place, moved)
    copies, rates = _copies(moved), list[list[float]]()
    known = {**place.names, **{f"{_COPY}{i}": one for i, one in enumerate(copies)}}
    code = compile(_on_copies(needed, place, moved), "rates", "exec")
    with redirect_stdout(io.StringIO()), _kept(moved.optimizer), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # no weight is moved between
        for time in range(times):
            if time:  # the first update has seen what stands before it
                known |= counted(time if before == {True} else time - 1)
                exec(code, known)  # the user's own
            rates.append([float(group["lr"]) for group in copies[0].param_groups])
    if all(one == rates[0] for one in rates):
        raise Unclear("in a way that is not seen")
    return listed(rates, moved.name), "epoch" if at else "step"


def _called(loops: Loops) -> list[Place]:
    """Those of functions that a loop of another function calls."""
    places = [place for _, place in loops]
    return [one for i, one in enumerate(places) if any(other is not one for other in places[i:])]


def _aside(place: Place) -> Iterator[ast.AST]:
    """What stands in a function beside its loops."""
    room = room_of(ast.parse(place.text), place.line)
    for one in room.body:
        if not covers(one, place.line):
            yield from ast.walk(one)


def _direct(loop: Round, place: Place) -> Iterator[ast.stmt]:
    """The statements of a loop's body that are not around what runs."""
    yield from (one for one in loop.body if not covers(one, place.line))


def _moves(node: ast.AST, place: Place, moved: Moved) -> bool:
    """Whether it sets rates, itself or by a function that is given the optimizer, or moves a
    schedule on."""
    if isinstance(node, ast.Assign | ast.AugAssign):
        return bool(SETS_RATE.search(ast.unparse(node)))
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Attribute) and node.func.attr == "update":
        return bool(SETS_RATE.search(ast.unparse(node)))
    if isinstance(node.func, ast.Attribute) and node.func.attr == "step":
        return any(noted(node.func.value, place.names) is one for one in moved.schedules)
    if not any(noted(one, place.names) is moved.optimizer for one in node.args):
        return False
    try:
        return bool(SETS_RATE.search(inspect.getsource(value_if_known(node.func, place.names))))
    except (TypeError, OSError):  # of a library's, or of none
        return False


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


def _refuse_more(lines: list[ast.stmt], place: Place, moved: Moved) -> None:
    """Raises Unclear where they do something else as well, such as write a file."""
    for one in (node for line in lines for node in ast.walk(line)):
        match one:
            case ast.Expr(ast.Call(func=ast.Name("print")) | ast.Constant()):
                continue
            case ast.Expr(value) if not _moves(value, place, moved):
                raise Unclear(f"beside {ast.unparse(one)}")
            case ast.stmt() if not isinstance(one, _PLAIN):
                raise Unclear(f"by {ast.unparse(one).partition(chr(10))[0]}")


def _copies(moved: Moved) -> tuple[Any, ...]:
    """The optimizer and its schedules, with rates of their own."""
    from ...adapters.torch.rate_plan import copied_rates

    copies: tuple[Any, ...] = copied_rates((moved.optimizer, *moved.schedules), moved.optimizer)
    return copies


def _on_copies(lines: list[ast.stmt], place: Place, moved: Moved) -> ast.Module:
    """The lines about the copies."""
    given = (moved.optimizer, *moved.schedules)

    class Renaming(ast.NodeTransformer):
        def generic_visit(self, node: ast.AST) -> ast.AST:
            if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
                value = noted(node, place.names)
                for i, one in enumerate(given):
                    if value is one:
                        return ast.Name(f"{_COPY}{i}", ast.Load())
            return super().generic_visit(node)

        visit_Name = visit_Attribute = generic_visit

    renamed = [Renaming().visit(copy.deepcopy(one)) for one in lines]
    return ast.fix_missing_locations(ast.Module(renamed, []))


@contextmanager
def _kept(optimizer: Any) -> Iterator[None]:
    """Gives the script's own optimizer its rates back, which a function may have at hand."""
    rates = [group["lr"] for group in optimizer.param_groups]
    try:
        yield
    finally:
        for group, rate in zip(optimizer.param_groups, rates, strict=True):
            group["lr"] = rate


def listed(rates: list[list[float]], name: str) -> Callable[[Any], Any]:
    """A function from an optimizer to a schedule that has these rates of groups, at each time."""
    from torch.optim.lr_scheduler import LRScheduler

    class Listed(LRScheduler):  # type: ignore[misc]  # torch may be absent
        def get_lr(self) -> Any:
            return rates[min(self.last_epoch, len(rates) - 1)]

    Listed.__name__ = name
    return Listed
