"""Code of a script that alters its model, optimizer or loss itself, as a layer that is thawed."""

import ast
import inspect
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .functions import each_of, functions_in
from .update import noted

_GIVES = (
    "parameters", "named_parameters", "modules", "named_modules", "children", "named_children",
    "buffers", "named_buffers", "get_submodule", "get_parameter", "items", "values",
)  # fmt: skip
_PASSES = ("list", "tuple", "iter", "filter", "reversed")
_ALTERS = ("load_state_dict", "apply", "add_param_group", "reset_parameters")
_GROWS = ("add_module", "append", "extend", "insert", "clear")
_KEEPS = ("detach_",)
_RATES = ("lr", "initial_lr")  # followed, or left out with a word, elsewhere
_DEEPEST = 4  # functions within functions
Nodes = Sequence[ast.AST]


class Altering:
    """Finds such code; `own`: the objects that are trained and what trains them."""

    def __init__(self, own: Sequence[Any]) -> None:
        from torch import nn, optim

        self.kept: list[Any] = list(own)  # an id is that of what lives
        for one in own:
            if isinstance(one, nn.Module):
                self.kept += [*one.modules(), *one.parameters(), *one.buffers()]
            elif isinstance(one, optim.Optimizer):
                self.kept += [one.param_groups, *one.param_groups, one.state]
        self.ids = set(map(id, self.kept))

    def lines(self, node: ast.AST, names: Mapping[str, Any], place: bool = True) -> Iterator[str]:
        """Those of a statement that alter a part, also by a function of the user's; without what
        works in `place` on weights where that is not asked for."""
        yield from _Lines(self, names, set(), 0, place).of(node)


class _Lines:
    """Of one function, in which the names `local` are parts too."""

    def __init__(
        self,
        what: Altering,
        names: Mapping[str, Any],
        local: set[str],
        depth: int,
        place: bool,
    ) -> None:
        self.what, self.names, self.local = what, names, local
        self.depth, self.place = depth, place
        self.over: dict[str, list[Any]] = {}

    def of(self, node: ast.AST) -> Iterator[str]:
        self.over |= dict(each_of(node, self.names, self.over))
        match node:
            case ast.For(target=target, iter=whole):
                self._taken(target, whole)
            case ast.ListComp() | ast.GeneratorExp() | ast.SetComp() | ast.DictComp():
                for one in node.generators:
                    self._taken(one.target, one.iter)
            case ast.Assign(targets=[ast.Name(name)], value=value) if self.is_part(value):
                self.local.add(name)
            case ast.FunctionDef() | ast.ClassDef() | ast.Lambda() if self.depth == 0:
                return
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            merged = isinstance(node, ast.AugAssign) and isinstance(node.op, ast.BitOr)
            if merged and _only_rates(node.value):
                return
            parts = merged and self.is_part(targets[0])  # group |= {...}
            if parts or any(self._gives(one) for t in targets for one in _flat(t)):
                yield _line(node)
        if isinstance(node, ast.Call) and (self._alters(node) or any(self._inside(node))):
            yield _line(node)
        for child in ast.iter_child_nodes(node):
            if not isinstance(child, ast.withitem):  # which gives weights back at its end
                yield from self.of(child)

    def is_part(self, node: ast.AST) -> bool:
        """Whether it is the model, the optimizer, the loss or a piece of one."""
        match node:
            case ast.Name(name) if name in self.local:
                return True
            case ast.Name() | ast.Attribute() if id(noted(node, self.names)) in self.what.ids:
                return True
            case ast.Attribute(value=whole) | ast.Subscript(value=whole):
                return self.is_part(whole)
            case ast.Call(func=ast.Attribute(value=whole, attr=attr)) if attr in _GIVES:
                return self.is_part(whole)
            case ast.Call(func=ast.Name(name), args=[*_, last]) if name in _PASSES:
                return self.is_part(last)
        return False

    def _taken(self, target: ast.expr, whole: ast.expr) -> None:
        """Notes what a loop takes out of parts."""
        match target, whole:
            case ast.Tuple(elts), ast.Call(func=ast.Name("zip"), args=several):
                for one, other in zip(elts, several, strict=False):
                    self._taken(one, other)
            case ast.Tuple([_, one]), ast.Call(func=ast.Name("enumerate"), args=[other, *_]):
                self._taken(one, other)
            case _ if self.is_part(whole):
                self.local |= {n.id for n in ast.walk(target) if isinstance(n, ast.Name)}

    def _gives(self, target: ast.expr) -> bool:
        """Whether it gives something to an attribute or an item of a part."""
        if _of_gradient(target):
            return False
        match target:
            case ast.Attribute(value=owner, attr=attr) if self.is_part(owner):
                value = noted(owner, self.names)
                known = attr in ("requires_grad", "data", "state", "param_groups")
                return known or _is_read(value, attr)
            case ast.Subscript(value=owner, slice=ast.Constant(str(key))):
                return key not in _RATES and self.is_part(owner)
            case ast.Subscript(value=owner):
                return self.place and self.is_part(owner)
        return False

    def _alters(self, call: ast.Call) -> bool:
        name = getattr(call.func, "attr", getattr(call.func, "id", ""))
        if name == "update" and isinstance(call.func, ast.Attribute):
            named = ast.Dict([ast.Constant(k.arg) for k in call.keywords], [])
            rates = all(map(_only_rates, (*call.args, named)))
            return self.is_part(call.func.value) and not rates
        if isinstance(call.func, ast.Attribute) and self.is_part(call.func.value):
            if _of_gradient(call.func.value) or name in _KEEPS:
                return False
            known = id(noted(call.func.value, self.names)) in self.what.ids
            if known and name in _GROWS:  # and no list that a module keeps
                return True
            works = name.endswith("_") and not name.startswith("_")
            return name in _ALTERS or (works and (self.place or name == "requires_grad_"))
        function = noted(call.func, self.names)
        module = str(getattr(function, "__module__", ""))
        given = any(self.is_part(one) for one in call.args)
        if name == "setattr":
            return given
        return given and (module.startswith("torch.nn.utils.prune") or
                          (self.place and module == "torch.nn.init"))  # fmt: skip

    def _inside(self, call: ast.Call) -> Iterator[str]:
        """What a function of the user's alters that this calls."""
        for one in functions_in(call, self.names, self.over) if self.depth < _DEEPEST else ():
            if one.call is call:
                own = _Lines(self.what, one.known, self._bound(call, one.tree),
                             self.depth + 1, self.place)  # fmt: skip
                yield from own.of(one.tree)

    def _bound(self, call: ast.Call, tree: ast.Module) -> set[str]:
        """Names by which a function knows parts that it is given."""
        if not isinstance(tree.body[0], ast.FunctionDef):
            return set()
        takes = [one.arg for one in tree.body[0].args.args if one.arg != "self"]
        given = dict(zip(takes, call.args, strict=False))
        given |= {one.arg: one.value for one in call.keywords if one.arg is not None}
        return {name for name, one in given.items() if self.is_part(one)}


def _only_rates(value: ast.expr | None) -> bool:
    """Of a dict."""
    keys = value.keys if isinstance(value, ast.Dict) else [None]
    return all(isinstance(one, ast.Constant) and one.value in _RATES for one in keys)


def _flat(target: ast.expr) -> Iterator[ast.expr]:
    if isinstance(target, ast.Tuple | ast.List):
        for one in target.elts:
            yield from _flat(one)
    else:
        yield target


def _of_gradient(node: ast.AST) -> bool:
    return any(isinstance(one, ast.Attribute) and one.attr == "grad" for one in ast.walk(node))


def _line(node: ast.AST) -> str:
    return ast.unparse(node).partition("\n")[0]


def _is_read(module: Any, attr: str) -> bool:
    """Whether a module computes with this attribute; of one that a loop goes over it may be."""
    if not hasattr(module, "forward"):
        return True
    if type(module).__module__.partition(".")[0] == "torch":
        return attr in inspect.signature(type(module)).parameters
    return attr in set(_attributes_read(module.forward))


def _attributes_read(function: Any) -> Iterator[str]:
    """Attributes that a method of the user's reads, or functions that it calls."""
    call = ast.Call(ast.Name("_", ast.Load()), [], [])
    seen: set[int] = set()
    waiting = [*functions_in(call, {"_": function})]
    while waiting:
        one = waiting.pop()
        if id(one.code) in seen:
            continue
        seen.add(id(one.code))
        for node in ast.walk(one.tree):
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
                yield node.attr
        waiting += functions_in(one.tree, one.names)
