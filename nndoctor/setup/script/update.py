"""What one update of a script computes: its model, and its loss of outputs and targets."""

import ast
import copy
import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from .known import UnusualLoop

OUTPUTS, TARGETS = "outputs", "targets"  # in a loss that is put together
OWN_STATE = (
    "a copy of the file can be examined whose model makes it anew in forward() for each batch of a "
    "DataLoader"
)


class SeveralTargets(UnusualLoop):
    """A loss of the `targets`, by their texts, of several tasks."""

    def __init__(self, lost: ast.expr, targets: Mapping[str, ast.expr]) -> None:
        super().__init__(f"several targets ({', '.join(targets)}) in {ast.unparse(lost)}")
        self.lost, self.targets = lost, targets


@dataclass(frozen=True)
class Meaning:
    """Of an update: `model`, called `name` with `inputs`; its outputs, by `shaped` where that is
    not None, and `targets` go to `loss`, which the file calls `said`; `penalty` is added.

    `shaped` gets outputs, and targets of which it reads shape and kind alone."""

    model: Any
    name: str
    penalty: ast.expr | None
    inputs: tuple[ast.expr, ...] | dict[str, ast.expr]
    targets: ast.expr
    shaped: Callable[..., Any] | None
    loss: Any
    said: str

    def with_rows(self, change: Callable[[ast.expr], ast.expr]) -> "Meaning":
        """The same of other rows."""
        if isinstance(self.inputs, dict):
            inputs: Any = {name: change(one) for name, one in self.inputs.items()}
        else:
            inputs = tuple(change(one) for one in self.inputs)
        return replace(self, inputs=inputs, targets=change(self.targets))


def value_of(node: ast.expr, names: Mapping[str, Any]) -> Any:
    """What an expression of the script stands for, among these names."""
    code = compile(ast.Expression(ast.fix_missing_locations(copy.deepcopy(node))), "loop", "eval")
    return eval(code, dict(names))  # the user's own code


def value_if_known(node: ast.expr, names: Mapping[str, Any]) -> Any:
    """None for what these names do not give, as one of another moment."""
    try:
        return value_of(node, names)
    except Exception:  # the user's own
        return None


def meaning_of(
    lost: ast.expr,
    names: Mapping[str, Any],
    of_batch: Callable[[ast.AST], bool],
    flat: bool = False,
) -> Meaning:
    """Reads what goes backward; `of_batch`: whether a piece of it comes out of the batch; `flat`:
    targets that are laid out in one row, as `y.view(-1)`, are taken as they are before.

    Raises UnusualLoop where it is no function of one model's outputs and the targets.
    """
    calls = {ast.unparse(call): call for call in _model_calls(lost, names)}
    if len(calls) != 1:
        count = f"{len(calls)} calls of models" if calls else "no call of a model"
        raise UnusualLoop(f"{count} in {ast.unparse(lost)}")
    text, call = next(iter(calls.items()))
    targets: dict[str, ast.expr] = {}
    base, made = "", set[int]()

    def put(node: Any) -> Any:
        """The expression with outputs and targets by their names."""
        if ast.unparse(node) == text:
            return ast.Name(OUTPUTS, ast.Load())
        if _is_row_count(node, of_batch):
            return ast.Call(ast.Name("len", ast.Load()), [ast.Name(TARGETS, ast.Load())], [])
        if flat and _lays_out(node):
            node.func.value = put(node.func.value)
            return node
        own = isinstance(node, ast.expr) and of_batch(node) and not _holds(node, text)
        if own and base in ("", ast.unparse(node)):
            targets[ast.unparse(node)] = node
            named = ast.Name(TARGETS, ast.Load())
            made.add(id(named))
            return named
        for field, value in ast.iter_fields(node):
            if isinstance(node, ast.Call) and isinstance(value, ast.Attribute) and field == "func":
                value.value = put(value.value)  # y.reshape(out.shape)
            elif isinstance(value, ast.expr | ast.keyword):
                setattr(node, field, put(value))
            elif isinstance(value, list):
                setattr(node, field, [put(v) if isinstance(v, ast.AST) else v for v in value])
        return node

    terms = list(terms_of(lost))
    penalties = [one for one in terms if not _holds(one, text) and _mentions_models(one, names)]
    penalty = _added(penalties) if penalties else None
    added = _added([one for one in terms if one not in penalties])
    whole = put(copy.deepcopy(added))
    if base := _common(targets.values()):  # y and 1 - y
        several = dict(targets)
        targets.clear()
        whole = put(copy.deepcopy(added))
        left = (one for one in ast.walk(whole) if isinstance(one, ast.Name | ast.Attribute))
        if any(of_batch(one) and id(one) not in made for one in left):
            targets |= several
    if len(targets) != 1:
        if targets:
            raise SeveralTargets(lost, targets)
        raise UnusualLoop(f"no targets in {ast.unparse(lost)}")
    if _mentions_models(whole, names):
        raise UnusualLoop(ast.unparse(lost))
    loss, shaped, said = _loss(whole, names)
    model = called(call, names)
    (target,) = targets.values()
    inputs = _inputs(call, of_batch)
    return Meaning(model, _name(call), penalty, inputs, target, shaped, loss, said)


def _common(targets: Iterable[ast.expr]) -> str:
    """What all of several targets are made of, as it is written."""
    texts = [[ast.unparse(n) for n in ast.walk(one) if isinstance(n, ast.expr)] for one in targets]
    shortest = min((one[0] for one in texts), key=len, default="")
    return shortest if len(texts) > 1 and all(shortest in one for one in texts) else ""


def _is_row_count(node: ast.AST, of_batch: Callable[[ast.AST], bool]) -> bool:
    """`len(x)`, `x.size(0)`, `x.shape[0]`."""
    match node:
        case ast.Call(func=ast.Name(id="len"), args=[rows]):
            return of_batch(rows)
        case ast.Call(func=ast.Attribute(value=rows, attr="size"), args=[ast.Constant(value=0)]):
            return of_batch(rows)
        case ast.Subscript(
            value=ast.Attribute(value=rows, attr="shape"), slice=ast.Constant(value=0)
        ):
            return of_batch(rows)
    return False


def _lays_out(node: ast.AST) -> bool:
    """`y.view(-1)`, `y.reshape(-1)`, `y.flatten()`."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    given = list(map(ast.unparse, node.args))
    return node.func.attr in ("view", "reshape", "flatten", "ravel") and given in ([], ["-1"])


def terms_of(node: ast.expr) -> Iterator[ast.expr]:
    """What is added up."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        yield from terms_of(node.left)
        yield from terms_of(node.right)
    else:
        yield node


def _added(terms: list[ast.expr]) -> ast.expr:
    return functools.reduce(lambda a, b: ast.BinOp(a, ast.Add(), b), terms)


def are_parameters(value: Any) -> bool:
    """Whether it is a parameter, or a list of some."""
    from torch.nn import Parameter

    if isinstance(value, list | tuple):
        return any(isinstance(one, Parameter) for one in value)
    return isinstance(value, Parameter)


def noted(node: ast.AST, names: Mapping[str, Any]) -> Any:
    """A name, or an attribute of one; None for what is elsewhere."""
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.Attribute):
        return getattr(noted(node.value, names), node.attr, None)
    return None


def called(call: ast.Call, names: Mapping[str, Any]) -> Any:
    """The model that is called, also by `model.forward`; None where it is none."""
    from torch import nn

    owner = call.func
    if isinstance(owner, ast.Attribute) and owner.attr == "forward":
        owner = owner.value
    try:
        value = value_of(owner, names)
    except Exception:  # what can't be evaluated is no model
        return None
    learns = isinstance(value, nn.Module) and next(value.parameters(), None) is not None
    return value if learns else None


def _model_calls(lost: ast.expr, names: Mapping[str, Any]) -> Iterator[ast.Call]:
    for node in ast.walk(lost):
        if isinstance(node, ast.Call) and called(node, names) is not None:
            yield node


def _mentions_models(node: ast.AST, names: Mapping[str, Any]) -> bool:
    """As a penalty on its weights does."""
    from torch import nn

    for one in ast.walk(node):
        value = noted(one, names)
        if are_parameters(value):
            return True
        if isinstance(value, nn.Module) and next(value.parameters(), None) is not None:
            return True
    return False


def _name(call: ast.Call) -> str:
    return ast.unparse(call.func).removesuffix(".forward")


def _holds(node: ast.AST, text: str) -> bool:
    return any(isinstance(one, ast.Call) and ast.unparse(one) == text for one in ast.walk(node))


def _inputs(
    call: ast.Call, of_batch: Callable[[ast.AST], bool]
) -> tuple[ast.expr, ...] | dict[str, ast.expr]:
    """What the model gets of the batch: in order, or by name."""
    by_name = {one.arg or "": one.value for one in call.keywords}
    given = [*call.args, *by_name.values()]
    if not given or not all(map(of_batch, given)) or (call.args and by_name):
        other = next((one for one in given if not of_batch(one)), None)
        what = "an input" if other is None else f"{ast.unparse(other)}, an input"
        raise UnusualLoop(f"{what} that is not part of the batch in {ast.unparse(call)}", OWN_STATE)
    return by_name or tuple(call.args)


def _loss(whole: ast.expr, names: Mapping[str, Any]) -> tuple[Any, Callable[..., Any] | None, str]:
    """The function of outputs and targets, what it wants done to outputs before, and its name."""
    said, original = ast.unparse(whole), whole
    averaged = _averaged(whole, names)
    whole = averaged or whole
    if isinstance(whole, ast.Call) and len(whole.args) == 2 and _is_targets(whole.args[1]):
        shaped, own = whole.args[0], [whole.func, *(one.value for one in whole.keywords)]
        settled = not any(_is_free(one) for one in own) and all(k.arg for k in whole.keywords)
        if settled and not _reads_targets(shaped):
            function = value_of(whole.func, names)
            if averaged is not None:
                function = copy.copy(function)
                function.reduction = "mean"
            settings = {str(k.arg): value_of(k.value, names) for k in whole.keywords}
            loss = functools.partial(function, **settings) if settings else function
            plain = isinstance(shaped, ast.Name)
            return loss, None if plain else _function(shaped, names), said
    loss = _function(original, names)
    loss.__name__ = said
    return loss, None, said


def _averaged(whole: ast.expr, names: Mapping[str, Any]) -> ast.expr | None:
    """The losses of single rows by a module of PyTorch, where their mean is taken as its own is."""
    from torch.nn.modules.loss import _Loss

    match whole:
        case ast.Call(func=ast.Attribute(value=ast.Call() as inner, attr="mean"), args=[]):
            module = noted(inner.func, names)
            single = isinstance(module, _Loss) and module.reduction == "none"
            if single and getattr(module, "weight", None) is None:
                return inner
    return None


def _reads_targets(shaped: ast.expr) -> bool:
    """Whether it takes more of the targets than their shape and kind."""
    harmless: set[int] = set()
    for one in ast.walk(shaped):
        if isinstance(one, ast.Attribute) and one.attr in ("shape", "size", "dtype"):
            harmless.add(id(one.value))
        elif isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute):
            harmless |= {id(a) for a in one.args if one.func.attr.endswith("_as")}
    return any(_is_targets(one) and id(one) not in harmless for one in ast.walk(shaped))


def _is_targets(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id == TARGETS


def _is_free(node: ast.AST) -> bool:
    return any(isinstance(one, ast.Name) and one.id in (OUTPUTS, TARGETS) for one in ast.walk(node))


def _function(body: ast.expr, names: Mapping[str, Any]) -> Any:
    """One of outputs, and of targets where they are given."""
    arguments = ast.arguments([], [ast.arg(OUTPUTS), ast.arg(TARGETS)], None, [], [], None,
                              [ast.Constant(None)])  # fmt: skip
    return value_of(ast.Lambda(arguments, body), names)
