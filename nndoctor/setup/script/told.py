"""What a script tells a schedule that goes by a loss, such as that of held-out rows."""

import ast
import copy
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from typing import Any

from .known import UnusualLoop, altered, bound, known_after, names_in, substituted
from .loop import Round, Update, covers, room_of
from .stopped import Place, Stop
from .update import Meaning, noted, value_of
from .writing import writing_in

_MODEL = "_model"
_MODES = ("eval", "train")
_KEEPS = ("append", "extend")
Told = Callable[[Any, Sequence[float], Sequence[int]], float]


class NotSeen(Exception):
    """Why it can't be known."""


@dataclass(frozen=True)
class _Around:
    """What is told at a place in a loop: `before` are its statements in front of that, of which the
    one with a line of its own, `inner`, trains."""

    place: Place
    loop: Round
    before: list[ast.stmt]
    inner: ast.stmt | None
    behind: list[ast.stmt]


def told_by(
    call: ast.Call,
    loop: Round,
    place: Place,
    stop: Stop,
    update: Update,
    means: Meaning,
    alone: bool,
) -> tuple[Told, str]:
    """A function of a start, and of the losses and the rows of its last updates, that gives what
    the call in this loop is given; and what that is called. `alone`: whether each update is one of
    the script's batches.

    It is made of the script's own lines, about a copy of its model. Raises NotSeen where these do
    more, or are not seen to be about the model.
    """
    if len(call.args) != 1 or call.keywords:
        raise NotSeen(f"which is told more than a loss: {ast.unparse(call)}")
    said = ast.unparse(call.args[0])
    assert isinstance(call.func, ast.Attribute)
    relative = value_of(call.func.value, place.names).threshold_mode == "rel"
    own = [one for one in loop.body if one.lineno < call.lineno and not covers(one, call.lineno)]
    inner = next((one for one in own if covers(one, place.line)), None)
    if not isinstance(inner, Round) and place is stop.places[0]:
        inner = None
    behind = own if inner is None else own[own.index(inner) + 1 :]
    at = _Around(place, loop, own, inner, behind)
    if inner is None:  # told with each update
        return _of_losses(call.args[0], at, stop, update, alone, relative), said
    try:
        return _of_lines(call.args[0], at, means), said
    except NotSeen as error:
        try:
            sums = names_in(_by_name(call.args[0], behind)) & set(_gives(inner))
        except NotSeen:
            raise error from None
        if not sums:
            raise
        return _of_losses(call.args[0], at, stop, update, alone, relative), said


def _by_name(node: ast.expr, behind: Sequence[ast.stmt]) -> ast.expr:
    try:
        return substituted(node, known_after(behind))
    except UnusualLoop as error:
        raise NotSeen(f"by {error}") from error


def _gives(one: ast.stmt) -> Iterator[str]:
    yield from bound(one)
    yield from altered(one)


def _of_lines(node: ast.expr, at: _Around, means: Meaning) -> Told:
    """By the lines that compute it of the model, such as a loop over held-out rows."""
    wanted, lines = names_in(node), list[ast.stmt]()
    trained = set() if at.inner is None else set(_gives(at.inner))
    for one in reversed(at.before):
        if one is at.inner or (one not in at.behind and trained & set(_gives(one))):
            continue
        if wanted & set(_gives(one)) or _sets_mode(one, at, means):
            lines.insert(0, one)
            wanted |= names_in(one)
    # what the loop gives is known by these lines alone
    names = {n: value for n, value in at.place.names.items() if n not in bound(at.loop)}
    for text in (t for one in (*lines, node) for t in writing_in(one, names, set())):
        raise NotSeen(f"by {text}(), which writes")
    holding = {n: v for n, v in names.items() if n in wanted and _holds(v, means.model)}
    about = _About(at, means, wanted)
    body: list[ast.stmt] = [about.visit(copy.deepcopy(one)) for one in lines]
    asked = about.visit(copy.deepcopy(node))
    code = compile(ast.fix_missing_locations(ast.Module(body, [])), "told", "exec")

    def told(start: Any, losses: Sequence[float], rows: Sequence[int]) -> float:
        import torch

        known = {**names, _MODEL: start.model}
        known |= {n: _with(one, means.model, start.model) for n, one in holding.items()}
        with redirect_stdout(io.StringIO()), torch.no_grad():
            exec(code, known)  # the user's own
            return float(value_of(asked, known))

    _hold(told, means)
    return told


def _holds(value: Any, model: Any) -> bool:
    """Whether an object of the user's has the model, as a trainer does."""
    inside = getattr(value, "__dict__", {}).values()
    return not isinstance(value, type(ast)) and any(one is model for one in inside)


def _with(value: Any, model: Any, other: Any) -> Any:
    """A copy of it that has another model, and lists of its own."""
    made = copy.copy(value)
    for name, one in vars(value).items():
        if one is model:
            setattr(made, name, other)
        elif isinstance(one, list | dict):
            setattr(made, name, copy.copy(one))
    return made


def _sets_mode(one: ast.stmt, at: _Around, means: Meaning) -> bool:
    match one:
        case ast.Expr(ast.Call(func=ast.Attribute(value=owner, attr=attr))):
            return attr in _MODES and noted(owner, at.place.names) is means.model
    return False


class _About(ast.NodeTransformer):
    """The lines about a copy of the model, without what else they do."""

    def __init__(self, at: _Around, means: Meaning, wanted: set[str]) -> None:
        self.at, self.means, self.wanted = at, means, wanted

    def visit_Expr(self, one: ast.Expr) -> ast.AST:
        match one.value:
            case ast.Call(func=ast.Attribute(value=owner, attr=attr)):
                keeps = attr in _KEEPS and names_in(owner) <= self.wanted
                if keeps or _sets_mode(one, self.at, self.means):
                    return self.generic_visit(one)
                if names_in(owner) & self.wanted and attr not in _KEEPS:
                    value = noted(owner, self.at.place.names)
                    if value is None or not callable(getattr(value, "write", None)):
                        raise NotSeen(f"by {ast.unparse(one)}")
        return ast.Pass()  # such as print

    def visit_Call(self, one: ast.Call) -> ast.AST:
        if isinstance(one.func, ast.Attribute) and one.func.attr in ("backward", "step"):
            raise NotSeen(f"by {ast.unparse(one)}")
        return self.generic_visit(one)

    def visit_Name(self, one: ast.Name) -> ast.AST:
        return self._copied(one)

    def visit_Attribute(self, one: ast.Attribute) -> ast.AST:
        return self._copied(one)

    def _copied(self, one: ast.Name | ast.Attribute) -> ast.AST:
        same = noted(one, self.at.place.names) is self.means.model
        return ast.Name(_MODEL, ast.Load()) if same else self.generic_visit(one)


def _hold(told: Told, means: Meaning) -> None:
    """Raises NotSeen where it is the same of other weights, as of a model that its lines know by
    themselves, and not by what they are given."""
    import torch

    class Start:
        model = copy.deepcopy(means.model)

    try:
        first = told(Start, (), ())
        draws = torch.Generator().manual_seed(0)
        for p in Start.model.parameters():
            p.data.add_(torch.randn(p.shape, generator=draws).to(p))
        other = told(Start, (), ())
    except Exception as error:
        raise NotSeen(f"by lines that raise {type(error).__name__} by themselves") from error
    if first == other:
        raise NotSeen("by lines that are not seen to be about its model")


def _of_losses(
    node: ast.expr, at: _Around, stop: Stop, update: Update, alone: bool, relative: bool
) -> Told:
    """By what the loop adds up of the losses of its updates."""
    if not alone:
        raise NotSeen("by losses of parts of its updates")
    here = stop.places[0]
    room = room_of(ast.parse(here.text), here.line)
    loss = [name for name, value in here.names.items() if value is stop.lost]
    asked = _by_name(node, at.behind) if at.inner is not None else node
    names, within = at.place.names, list(ast.walk(at.inner)) if at.inner is not None else []
    if at.place is not here:  # what the function that trains returns
        asked, names = _returned(asked, at.inner, room, here), here.names
        within = list(ast.walk(room))
    if any(_is_loss(asked, one) for one in loss):
        return lambda start, losses, rows: float(losses[-1])
    sums = [one for one in within if isinstance(one, ast.AugAssign | ast.Call)]
    adding = [one for one in sums if _adds(one, names_in(asked))]
    found = [one for one in adding if names_in(_added(one)[1]) & set(loss)]
    if len(found) != 1:
        raise NotSeen(f"by {ast.unparse(node)}, which is not seen to be a loss of its training")
    name, value = _added(found[0])
    weighted = _weighted(value, loss, here, update)
    _refuse_endless(name, room if at.place is not here else None, at)
    listed = isinstance(found[0], ast.Call)
    changing = names_in(asked) & (update.varying | set(_gives(at.loop))) - {name}
    counted = bool(changing)
    if counted:
        _refuse_uncounted(asked, name, listed or not relative)

    def told(start: Any, losses: Sequence[float], rows: Sequence[int]) -> float:
        parts = [a * n if weighted else a for a, n in zip(losses, rows, strict=True)]
        if counted:
            return sum(parts) / (sum(rows) if weighted else len(rows))
        return float(value_of(asked, {**names, name: parts if listed else sum(parts)}))

    return told


def _returned(
    asked: ast.expr, inner: ast.stmt | None, room: ast.AST, here: Place
) -> ast.expr:  # what is asked, by the names of the function
    """With what the function that trains returns in place of the name that its caller gives it."""
    returns = [one for one in ast.walk(room) if isinstance(one, ast.Return)]
    if not isinstance(inner, ast.Assign) or len(inner.targets) != 1 or len(returns) != 1:
        raise NotSeen("by what a function returns")
    value, target = returns[0].value, inner.targets[0]
    if value is None or not isinstance(inner.value, ast.Call):
        raise NotSeen("by what a function returns")
    body = [one for one in ast.iter_child_nodes(room) if isinstance(one, ast.stmt)]
    behind = [one for one in body if one.lineno > here.line and one is not returns[0]]
    parts = {ast.unparse(target): value}
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        parts = dict(zip(map(ast.unparse, target.elts), value.elts, strict=False))
    known = known_after(behind)
    try:
        return substituted(asked, {n: substituted(v, known) for n, v in parts.items()})
    except UnusualLoop as error:
        raise NotSeen(f"by {error}") from error


def _is_loss(node: ast.expr, name: str) -> bool:
    """`loss`, `loss.item()`, `loss.detach().cpu().numpy()`, `float(loss)`."""
    match node:
        case ast.Name(other):
            return other == name
        case ast.Attribute(value=inner, attr="data"):
            return _is_loss(inner, name)
        case ast.Call(func=ast.Attribute(value=inner, attr=attr), args=[]):
            return attr in ("item", "detach", "cpu", "numpy", "clone") and _is_loss(inner, name)
        case ast.Call(func=ast.Name("float"), args=[inner]):
            return _is_loss(inner, name)
    return False


def _adds(one: ast.AST, wanted: set[str]) -> bool:
    match one:
        case ast.AugAssign(target=ast.Name(name), op=ast.Add()):
            return name in wanted
        case ast.Call(func=ast.Attribute(value=ast.Name(name), attr="append"), args=[_]):
            return name in wanted
    return False


def _added(one: ast.AST) -> tuple[str, ast.expr]:
    if isinstance(one, ast.AugAssign):
        return ast.unparse(one.target), one.value
    assert isinstance(one, ast.Call)
    assert isinstance(one.func, ast.Attribute)
    return ast.unparse(one.func.value), one.args[0]


def _weighted(value: ast.expr, loss: list[str], here: Place, update: Update) -> bool:
    """Whether a loss counts as often as its batch has rows; raises NotSeen for anything else."""
    if any(_is_loss(value, one) for one in loss):
        return False
    match value:
        case ast.BinOp(left, ast.Mult(), right):
            for part, by in ((left, right), (right, left)):
                if any(_is_loss(part, one) for one in loss) and names_in(by) & update.varying:
                    return True
    raise NotSeen(f"by {ast.unparse(value)}, which is not seen to be a loss of its training")


def _refuse_uncounted(asked: ast.expr, name: str, exact: bool) -> None:
    """Raises NotSeen where a sum is not divided by what the loop counts; what that is makes no
    difference, unless the schedule asks for an `exact` loss."""
    match asked:
        case ast.BinOp(ast.Name(other), ast.Div(), by) if other == name and not exact:
            calls = any(isinstance(one, ast.Call) and one.args == [] for one in ast.walk(by))
            if not calls and name not in names_in(by):
                return
    raise NotSeen(f"by {ast.unparse(asked)}, which is not seen to be a loss of its training")


def _refuse_endless(name: str, room: ast.AST | None, at: _Around) -> None:
    """Raises NotSeen for what no line sets back before each training."""
    body = at.before if room is None else list(ast.iter_child_nodes(room))
    for one in body:
        if isinstance(one, ast.Assign) and name in set(bound(one)):
            return
    raise NotSeen(f"by {name}, which is not set back")
