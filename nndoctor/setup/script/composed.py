"""A module that computes an expression of a script's, of modules and tensors of its own."""

import ast
import re
from collections.abc import Mapping, Sequence
from typing import Any

from .known import UnusualLoop, named_by
from .update import value_if_known

_MODULE, _GIVEN, _ONCE = "_module", "_given_", "_once_"
_SCOPED = (ast.Lambda, ast.ListComp, ast.GeneratorExp, ast.SetComp, ast.DictComp)


def composed(
    whole: ast.expr,
    inputs: Sequence[ast.expr],
    learners: Sequence[ast.expr],
    names: Mapping[str, Any],
) -> Any:
    """One that gives the value of `whole` for its `inputs`, where `learners` in it, calls of
    modules and tensors, are its own."""
    import torch
    from torch import nn

    class Together(nn.Module):  # type: ignore[misc]  # torch may be absent
        is_together = True

        def __init__(self, compute: Any, own: Mapping[str, Any], written: dict[str, str]) -> None:
            super().__init__()
            self.compute = compute  # a function, which copies share
            self.written = written  # its parts, as the script calls them
            for name, one in own.items():
                if not isinstance(one, nn.Module | nn.Parameter):
                    one.__class__ = nn.Parameter  # so that an optimizer goes on having it
                setattr(self, name, one)

        def forward(self, *given: Any) -> Any:
            return self.compute(self, *given)

    own, by_text, written = dict[str, Any](), dict[str, ast.expr](), dict[str, str]()
    for i, one in enumerate(inputs):
        by_text[ast.unparse(one)] = ast.Name(f"{_GIVEN}{i}", ast.Load())
    for part in _in_order(whole, learners):
        value = value_if_known(part, names)
        if not isinstance(value, nn.Module | torch.Tensor):
            raise UnusualLoop(ast.unparse(whole))
        name = next((n for n, one in own.items() if one is value), "")
        if not name:
            name = _name(part, own)
            own[name] = value
            written[name] = ast.unparse(part)
        by_text[ast.unparse(part)] = ast.Attribute(ast.Name(_MODULE, ast.Load()), name, ast.Load())
    return Together(_function(named_by(whole, by_text), len(inputs), names), own, written)


def _in_order(whole: ast.expr, learners: Sequence[ast.expr]) -> list[ast.expr]:
    """Modules, the innermost first, and behind them tensors as they are written."""
    calls = [one.func for one in learners if isinstance(one, ast.Call)]
    modules = [
        one.value if isinstance(one, ast.Attribute) and one.attr == "forward" else one
        for one in calls
    ]
    tensors = [one for one in learners if not isinstance(one, ast.Call)]
    text = ast.unparse(whole)
    return [*modules, *sorted(tensors, key=lambda one: text.find(ast.unparse(one)))]


def _function(value: ast.expr, inputs: int, names: Mapping[str, Any]) -> Any:
    """Of a module and its inputs."""
    body, value = _once(value)
    takes = [ast.arg(one) for one in (_MODULE, *(f"{_GIVEN}{i}" for i in range(inputs)))]
    given = ast.arguments([], takes, None, [], [], None, [])
    made = ast.FunctionDef("compute", given, [*body, ast.Return(value)], [], None)
    known = dict(names)
    tree = ast.fix_missing_locations(ast.Module([made], []))
    exec(compile(tree, "together", "exec"), known)  # the user's own
    return known["compute"]


def _name(part: ast.expr, taken: Mapping[str, Any]) -> str:
    """As the script has it, without its owner."""
    from torch import nn

    text = ast.unparse(part).removeprefix("self.")
    name = re.sub(r"\W+", "_", text).strip("_")
    while name in taken or hasattr(nn.Module(), name) or name == "compute":
        name += "_"
    return name


def _once(value: ast.expr) -> tuple[list[ast.stmt], ast.expr]:
    """Statements for calls that are written several times, as they came of one name; and the value
    by these."""
    body = list[ast.stmt]()
    while True:
        inside = {id(n) for s in ast.walk(value) if isinstance(s, _SCOPED) for n in ast.walk(s)}
        calls = [ast.unparse(one) for one in ast.walk(value)
                 if isinstance(one, ast.Call) and id(one) not in inside]  # fmt: skip
        again = {text for text in calls if calls.count(text) > 1}
        if not again:
            return body, value
        text = min(again, key=len)  # the innermost
        name = f"{_ONCE}{len(body)}"
        made = ast.parse(text, mode="eval").body
        body.append(ast.Assign([ast.Name(name, ast.Store())], made))
        value = named_by(value, {text: ast.Name(name, ast.Load())})
