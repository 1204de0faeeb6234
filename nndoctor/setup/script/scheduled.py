"""The learning-rate schedule of a script, and when it moves on."""

import ast
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .changing import Loops
from .known import UnusualLoop, bound, names_in
from .loop import Round, Update, heads, room_of
from .set_rates import SETS_RATE, Moved, Unclear, own_rates
from .source import source_of
from .stepping import Stepping, all_steps, steppings_around
from .stopped import Place, is_own
from .told import NotSeen
from .update import value_if_known, value_of
from .wrapped import Wrapped

_TIMES = "its schedule is left out: "


@dataclass(frozen=True)
class Scheduled:
    """`schedule` moves on after each epoch or each step, as `per` says; None where it is left out,
    or there is none. `word`: what a reader should know of it."""

    schedule: Any = None
    per: str = "epoch"
    word: str = ""


class _LeftOut(Exception):
    """Why a schedule can't be taken."""


def scheduled(
    places: tuple[Place, ...],
    loops: Loops,
    epochs_at: int,
    optimizer: Any,
    lasts: tuple[int, int],
    update: Update,
    watched: Callable[[ast.Call, Round, Place], Any],
    around: Wrapped | None = None,
) -> Scheduled:
    """What moves the learning rate, by the loops around the update, the innermost first, of which
    the one over epochs is the one `epochs_at`; `lasts`: epochs, and batches of each. Those that an
    `update` adds up in are not among them, unless the innermost goes over all batches. `watched`:
    what a call in a loop tells a schedule that goes by a loss; raises NotSeen. `around`: a
    class of the script that steps.

    A schedule that is left out leaves the optimizer with the rate that a warm-up leads to.
    """
    from ...adapters.torch.plateau import Watching

    found, line = list(_schedules(places)), ""
    own = None if around is None else around.schedule(lasts[0] * lasts[1])
    sets = around is not None and _sets_rates(places, loops, around)
    if own is not None and not found:
        if sets and around is not None:
            raise UnusualLoop(f"{around.name}.{around.method}() beside other lines that set rates")
        return Scheduled(own, "step")
    if update.when is not None:
        line = ast.unparse(update.when)
    elif update.within is not None and any(
        one.lineno == update.within.lineno for one, _ in loops[:1]
    ):
        line = ast.unparse(update.within)  # of which nothing is made in each round
    if not found and around is not None and not sets:
        return Scheduled()
    if not found:
        return _by_hand(places, loops, epochs_at, optimizer, lasts, line)
    kinds = ", ".join(sorted({type(one).__name__ for one in found}))
    try:
        between = loops[1:epochs_at]
        calls = [c for c in _calls(places, loops, between, line) if c[0] <= epochs_at]
        if not calls:
            return _never(places, found, kinds)
        if len(calls) > 1:
            raise _LeftOut("which moves on in several places")
        if own is not None or _sets_rates(places, loops, around):
            raise _LeftOut("beside rates that the file sets itself")
        at, call, place = calls[0]
        schedule = value_of(call.owner, place.names)
        if _goes_by_a_loss(schedule) and len(found) == 1 and schedule.optimizer is optimizer:
            if call.tests or at not in (0, epochs_at):
                raise _LeftOut(f"which moves on under {ast.unparse(call.call)} at times")
            by, said = watched(call.call, loops[at][0], place)
            return Scheduled(Watching(schedule, by, said), "epoch" if at else "step")
        _refuse_other(schedule, optimizer, call)
        if 0 < at < epochs_at and not _once(call, loops[at]):
            raise _LeftOut("which moves on several times an epoch")
        if at == 0 and _before_the_step(call, places[0]):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of what stands where in the user's own code
                schedule.step()
        return Scheduled(schedule, "epoch" if at else "step")
    except (_LeftOut, NotSeen) as error:
        taken, _ = _by_lines(loops, epochs_at, Moved(optimizer, tuple(found)), lasts, line)
        if taken is not None and own is None:
            return taken
        for group in optimizer.param_groups:
            rate = group.get("max_lr", group.get("initial_lr", group["lr"]))
            group["lr"] = group["initial_lr"] = max(group["lr"], rate)
        return Scheduled(word=f"{_TIMES}{kinds}, {error}")


def _sets_rates(places: tuple[Place, ...], loops: Loops, around: Wrapped | None) -> bool:
    """Whether the loops, or functions that are called in them, set rates, be it by another method
    of the class that steps."""
    inner = ((room_of(ast.parse(p.text), p.line), p) for p in places[:-1])
    for code, place in (*loops, *inner):
        if SETS_RATE.search(ast.unparse(code)):
            return True
        if around is not None and around.set_by(code, place.names):
            return True
    return False


def _by_lines(
    loops: Loops, epochs_at: int, moved: Moved, lasts: tuple[int, int], line: str
) -> tuple[Scheduled | None, str]:
    """What lines of the loops make of the rates, or why that is not known."""
    if any(map(_goes_by_a_loss, moved.schedules)):
        return None, ""
    try:
        own = own_rates(loops, epochs_at, moved, *lasts)
        if own is not None and not (line and own[1] == "step"):
            return Scheduled(*own), ""
    except Unclear as error:
        return None, f", {error}"
    except Exception as error:  # of lines that are run out of their place
        return None, f", which raises {type(error).__name__}"
    return None, ""


def _by_hand(
    places: tuple[Place, ...],
    loops: Loops,
    epochs_at: int,
    optimizer: Any,
    lasts: tuple[int, int],
    line: str,
) -> Scheduled:
    """Of a script without a schedule of PyTorch that it knows by name."""
    if hasattr(optimizer.step, "_wrapped_by_lr_sched"):  # as every LRScheduler does with its own
        return Scheduled(word=f"{_TIMES}it has no name where the file trains")
    if not any(SETS_RATE.search(p.text) for p in places):
        return Scheduled()
    own, why = _by_lines(loops, epochs_at, Moved(optimizer), lasts, line)
    return own or Scheduled(word=f"{_TIMES}the file sets ['lr'] itself{why}")


def _schedules(places: tuple[Place, ...]) -> Iterator[Any]:
    """Those that the script knows by name where it trains, each once."""
    owned = [v for p in places for v in (*p.names.values(), *_inside(p.names.get("self")))]
    yield from {id(one): one for one in owned if _is_schedule(one)}.values()


def _is_schedule(one: Any) -> bool:
    from torch.optim.lr_scheduler import LRScheduler, ReduceLROnPlateau

    return isinstance(one, LRScheduler | ReduceLROnPlateau)


def _goes_by_a_loss(schedule: Any) -> bool:
    from torch.optim.lr_scheduler import ReduceLROnPlateau

    return isinstance(schedule, ReduceLROnPlateau)


def _inside(owner: Any) -> Iterable[Any]:
    return getattr(owner, "__dict__", {}).values()


def _calls(
    places: tuple[Place, ...], loops: Loops, between: Loops, line: str
) -> Iterator[tuple[int, Stepping, Place]]:
    """The steps of schedules, and in which of the loops they are made; raises _LeftOut for one
    that is made in some rounds alone."""
    before = 0
    for place in places:
        own = sum(other is place for _, other in loops)
        for one in steppings_around(place.text, place.line):
            at = before + own - one.depth
            if at < len(loops) and _is_schedule(value_if_known(one.owner, place.names)):
                if one.aside:
                    raise _LeftOut(f"whose {ast.unparse(one.call)} stands in a loop of its own")
                if at < 0 or (at == 0 and line and line not in map(ast.unparse, one.tests)):
                    raise _LeftOut("which moves on several times an update")
                if all(_holds(test, place, loops, between, line) for test in one.tests):
                    yield at, one, place
        before += own


def _holds(test: ast.expr, place: Place, loops: Loops, between: Loops, line: str) -> bool:
    """Whether a condition is met wherever it trains, as one on the phase of an epoch is; raises
    _LeftOut where that changes."""
    if ast.unparse(test) == line:
        return True
    changing = {name for one, _ in loops for name in bound(one)}
    changing -= {name for one, _ in between for name in heads(one)}
    used = names_in(test)
    if used & changing:
        raise _LeftOut(f"which moves on under if {ast.unparse(test)}")
    return bool(value_if_known(test, place.names))


def _once(call: Stepping, loop: tuple[Any, Place]) -> bool:
    """Whether its condition is about which round of this loop it is."""
    used = {n.id for test in call.tests for n in ast.walk(test) if isinstance(n, ast.Name)}
    return bool(used & heads(loop[0]))


def _refuse_other(schedule: Any, optimizer: Any, call: Stepping) -> None:
    if _goes_by_a_loss(schedule):
        raise _LeftOut("which goes by what it is told of the training")
    if call.call.args or call.call.keywords:
        raise _LeftOut(f"which is told its time: {ast.unparse(call.call)}")
    if schedule.optimizer is not optimizer:
        raise _LeftOut("which is of another optimizer")


def _before_the_step(call: Stepping, here: Place) -> bool:
    """Whether it stands behind `backward()` and before the optimizer's step."""
    steps = steppings_around(here.text, here.line)
    own = [
        one.call.lineno for one in steps if not _is_schedule(value_if_known(one.owner, here.names))
    ]
    after = min((one for one in own if one >= here.line), default=0)
    return here.line <= call.call.lineno < after


def _own_files(places: tuple[Place, ...]) -> set[Path]:
    """Those that run, and others of the user's that are loaded."""
    folder = places[-1].file.resolve().parent
    files = (getattr(one, "__file__", None) for one in list(sys.modules.values()))
    loaded = {Path(one) for one in files if one and one.endswith(".py")}
    return {one.file for one in places} | {one for one in loaded if is_own(one, folder)}


def _never(places: tuple[Place, ...], found: list[Any], kinds: str) -> Scheduled:
    """Of a schedule that none of the loops moves on: known where nothing else could."""
    for file in _own_files(places):
        for call in all_steps(source_of(file)):
            assert isinstance(call.func, ast.Attribute)
            values = [value_if_known(call.func.value, place.names) for place in places]
            if all(v is None or _is_schedule(v) for v in values):
                raise _LeftOut(f"whose {ast.unparse(call)} is elsewhere")
    groups = [group for one in found for group in one.optimizer.param_groups]
    for group in groups:
        group.pop("initial_lr", None)
    rate = max(float(group["lr"]) for group in groups)
    word = f"{kinds} never moves on, as nothing calls its step(): the learning rate stays {rate:g}"
    return Scheduled(word=word)
