"""What a script's update does around `backward()`, as a step of a set-up."""

import ast
import copy
from collections.abc import Iterator, Mapping
from typing import Any

from .accumulated import Accumulated
from .functions import Function, functions_in
from .known import UnusualLoop
from .loop import Update
from .update import Meaning, are_parameters, noted, value_of

_MODEL, _OPTIMIZER = "_model", "_optimizer"
_HARMLESS = ("zero_", "requires_grad_", "detach_")  # zero_: clearing gradients is seen elsewhere


def step_of(
    update: Update,
    means: Meaning,
    optimizer: Any,
    names: Mapping[str, Any],
    adding: Accumulated,
) -> tuple[Any, list[str]]:
    """The script's own update, as a function for a set-up, None where it is the usual one; and what
    of it a reader should know."""
    for one in (*update.each, *update.between):
        _refuse_by_itself(one, means.model, optimizer, names)
    for one in update.each:
        if _matters(one, means.model, optimizer, names):
            raise UnusualLoop(ast.unparse(one).partition("\n")[0])
    between = _between(update, means, optimizer, names)
    behind = _behind(update, means, optimizer, names)
    usual = update.clears and update.optimizers and means.penalty is None
    if usual and not between and not behind and adding == Accumulated():
        return None, []
    if update.by_closure:
        return _closing(update, means, names)
    words = [*([adding.word] if adding.word else []), *_said(update, means, between, behind)]
    penalty = None if means.penalty is None else private(means.penalty, names, means.model)
    before = _compiled(between, names, means.model, "between backward() and step()")
    after = _compiled(behind, names, means.model, "behind step()")

    def step(model: Any, loss: Any, optimizer: Any, inputs: Any, targets: Any) -> Any:
        import torch

        from ...adapters.torch.rows import call, cut

        if update.clears:
            optimizer.zero_grad()
        known = {**names, _MODEL: model, _OPTIMIZER: optimizer}
        parts, whole = adding.parts(len(targets)), 0.0
        for part in parts:
            if update.clears_each:
                optimizer.zero_grad()
            cost = loss(call(model, cut(inputs, part)), targets[part])
            if penalty is not None:
                cost = cost + value_of(penalty, known)
            (cost / adding.divisor(len(parts))).backward()
            whole = whole + cost.detach() / len(parts)
        with torch.no_grad():
            exec(before, known)  # the user's own
        if update.optimizers:
            optimizer.step()
        with torch.no_grad():
            exec(after, known)
        return whole

    return step, words


def _closing(update: Update, means: Meaning, names: Mapping[str, Any]) -> tuple[Any, list[str]]:
    """A step by a closure, and what of it a reader should know."""
    penalty = None if means.penalty is None else private(means.penalty, names, means.model)

    def step(model: Any, loss: Any, optimizer: Any, inputs: Any, targets: Any) -> Any:
        from ...adapters.torch.rows import call

        def closure() -> Any:
            if update.clears:
                optimizer.zero_grad()
            cost = loss(call(model, inputs), targets)
            if penalty is not None:
                cost = cost + value_of(penalty, {**names, _MODEL: model, _OPTIMIZER: optimizer})
            cost.backward()
            return cost

        return optimizer.step(closure)

    return step, list(_said(update, means, [], []))


def _said(
    update: Update, means: Meaning, between: list[ast.stmt], behind: list[ast.stmt]
) -> Iterator[str]:
    if means.penalty is not None:
        yield f"with its penalty {ast.unparse(means.penalty)}"
    for statement in between:
        line = ast.unparse(statement).partition("\n")[0]
        yield f"with its own line between backward() and step(): {line}"
    for statement in behind:
        line = ast.unparse(statement).partition("\n")[0]
        yield f"with its own line behind step(): {line}"
    if update.when is not None and update.clears_each:
        yield "as the file clears them with every batch, those of the last one alone are left"
    if not update.clears:
        yield "as the file never calls zero_grad, updates add gradients up here as well"
    if not update.optimizers:
        yield "as the file never calls the optimizer's step(), weights do not move here either"


def _between(
    update: Update, means: Meaning, optimizer: Any, names: Mapping[str, Any]
) -> list[ast.stmt]:
    """All but what is about a GradScaler, which a copy has none of."""

    class Plain(ast.NodeTransformer):
        def visit_Expr(self, one: ast.Expr) -> ast.stmt:
            called = getattr(getattr(one.value, "func", None), "attr", "")
            return ast.Pass() if called == "unscale_" else one

    plain = [Plain().visit(copy.deepcopy(one)) for one in update.between]
    return [s for s in plain if _matters(s, means.model, optimizer, names)]


def _behind(
    update: Update, means: Meaning, optimizer: Any, names: Mapping[str, Any]
) -> list[ast.stmt]:
    """What changes weights once more, such as a clamp, also by a function of the user's."""
    about = [s for s in update.behind if _matters(s, means.model, optimizer, names)]
    found = [s for s in about if _changes(s) or _changes_by_function(s, means.model, names)]
    for one in found:
        if isinstance(one, ast.If):
            raise UnusualLoop(ast.unparse(one).partition("\n")[0])
    return found


def _refuse_by_itself(
    statement: ast.stmt, model: Any, optimizer: Any, names: Mapping[str, Any]
) -> None:
    """Raises UnusualLoop where it calls a function that works on the model or its gradients without
    being given them, as it would on those of the script."""
    for one in _changing_functions(statement, names):
        given = _matters(one.call, model, optimizer, names)
        if not given and _matters(one.tree, model, optimizer, one.names):
            raise UnusualLoop(f"{ast.unparse(one.call)}, which knows the model by itself")


def _changes_by_function(statement: ast.stmt, model: Any, names: Mapping[str, Any]) -> bool:
    """Whether a function of the user's changes weights that it is given; one that is given another
    model as well, as an average of weights is, changes that."""
    import torch

    if not any(_changing_functions(statement, names)):
        return False
    try:
        code = _compiled([statement], names, model, "behind step()")
    except UnusualLoop:
        return False
    mine, draws = copy.deepcopy(model), torch.Generator().manual_seed(0)
    for p in mine.parameters():  # far from where any rule would leave them
        p.data.add_(100 * torch.randn(p.shape, generator=draws).to(p))
    before = [p.detach().clone() for p in mine.parameters()]
    try:
        with torch.no_grad():
            exec(code, {**names, _MODEL: mine})  # the user's own
    except Exception as error:
        told = f"{ast.unparse(statement)}, which raises {type(error).__name__} by itself"
        raise UnusualLoop(told) from error
    return any(not torch.equal(p, q) for p, q in zip(mine.parameters(), before, strict=True))


def _changing_functions(statement: ast.stmt, names: Mapping[str, Any]) -> Iterator[Function]:
    return (one for one in functions_in(statement, names) if _changes(one.tree))


def _changes(statement: ast.AST) -> bool:
    """Whether it works in place, as `p.clamp_(-1, 1)` and `p.data = ...`, or by `model.apply`."""
    for one in ast.walk(statement):
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute):
            name = one.func.attr
            in_place = name.endswith("_") and not name.startswith("_")
            if name == "apply" or (in_place and name not in _HARMLESS):
                return True
        if isinstance(one, ast.Attribute) and isinstance(one.ctx, ast.Store) and one.attr == "data":
            return True
    return False


def _compiled(statements: list[ast.stmt], names: Mapping[str, Any], model: Any, where: str) -> Any:
    own = [private(one, names, model) for one in statements]
    return compile(ast.fix_missing_locations(ast.Module(own, [])), where, "exec")


def private(statement: ast.AST, names: Mapping[str, Any], model: Any) -> Any:
    """The code about the copies that are trained."""
    from torch import nn, optim

    paths = {id(one): path for path, one in model.named_modules()}
    own = {id(one): path for path, one in model.named_parameters()}

    def _part(module: Any, node: ast.Name | ast.Attribute) -> ast.expr:
        if (path := paths.get(id(module))) is None:
            raise UnusualLoop(f"{ast.unparse(node)}, another model")
        owner = ast.Attribute(ast.Name(_MODEL, ast.Load()), "get_submodule", ast.Load())
        return ast.Call(owner, [ast.Constant(path)], [])

    def _parameter(value: Any, context: ast.expr_context) -> ast.expr:
        owner: ast.expr = ast.Name(_MODEL, ast.Load())
        *path, last = own[id(value)].split(".")
        for one in path:  # a number, in a Sequential, is no attribute
            owner = ast.Call(ast.Name("getattr", ast.Load()), [owner, ast.Constant(one)], [])
        return ast.Attribute(owner, last, context)

    class Renaming(ast.NodeTransformer):
        def generic_visit(self, node: ast.AST) -> ast.AST:
            if isinstance(node, ast.Name | ast.Attribute):
                value = noted(node, names)
                if value is model:
                    return ast.Name(_MODEL, ast.Load())
                if isinstance(value, nn.Module) and list(value.parameters()):
                    return _part(value, node)
                if isinstance(value, optim.Optimizer):
                    return ast.Name(_OPTIMIZER, ast.Load())
                if id(value) in own:
                    return _parameter(value, node.ctx)
                if _all_of(value, own):
                    return ast.List([_parameter(one, ast.Load()) for one in value], ast.Load())
            return super().generic_visit(node)

        visit_Name = visit_Attribute = generic_visit

    return Renaming().visit(copy.deepcopy(statement))


def _all_of(value: Any, own: Mapping[int, str]) -> bool:
    """Whether it is a list of these parameters."""
    several = isinstance(value, list | tuple) and len(value) > 0
    return several and all(id(one) in own for one in value)


def _matters(statement: ast.AST, model: Any, optimizer: Any, names: Mapping[str, Any]) -> bool:
    """Whether it is about the model or its optimizer; raises UnusualLoop where it is about
    parameters that no copy could be found of."""
    found, own = False, {id(one): path for path, one in model.named_parameters()}
    for node in ast.walk(statement):
        named = isinstance(node, ast.Name | ast.Attribute)
        value: Any = noted(node, names) if named else None
        shares = hasattr(value, "forward") and any(id(p) in own for p in value.parameters())
        if value is optimizer or shares or id(value) in own or _all_of(value, own):
            found = True
        elif are_parameters(value):
            raise UnusualLoop(ast.unparse(statement).partition("\n")[0])
    return found
