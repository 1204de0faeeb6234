"""Classes of a script around its optimizer, which set the rate and step, as `NoamOpt` does."""

import ast
import copy
import inspect
import io
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from typing import Any

from .alike import differ
from .known import UnusualLoop
from .loop import method_calls
from .set_rates import SETS_RATE, listed
from .source import tree_of
from .update import noted

_MOST = 100_000  # times that it is called
_CALLED = r"\b{name}\.{method}\s*\("


@dataclass(frozen=True)
class Wrapped:
    """`owner`, which the script knows by `name`, has the `optimizer`, and its `method` makes a step
    of it."""

    owner: Any
    name: str
    method: str
    optimizer: Any

    def as_step(self, source: str) -> str:
        """The text with what it calls a step by the name that optimizers have for it."""
        called = _CALLED.format(name=re.escape(self.name), method=self.method)
        return re.sub(called, f"{self.name}.step(", source)

    def schedule(self, times: int) -> Callable[[Any], Any] | None:
        """Of the rates that a copy gives its optimizer, so many times; None for a constant one."""
        if times > _MOST:
            raise UnusualLoop(f"{self.name}.{self.method}(), {times} times")
        from ...adapters.torch.rate_plan import copied_rates

        owner, optimizer = copied_rates((self.owner, self.optimizer), self.optimizer)
        rates = _recorded(optimizer, lambda: None)
        with _quietly():
            for _ in range(times):
                getattr(owner, self.method)()
        if len(rates) != times:
            raise UnusualLoop(f"{self.name}.{self.method}(), which makes {len(rates)} steps")
        constant = all(one == rates[0] for one in rates)
        return None if constant and rates[0] == _rates(self.optimizer) else listed(
            rates, type(self.owner).__name__
        )  # fmt: skip

    def hold(self) -> bool:
        """Whether it clears gradients, too; raises UnusualLoop where its step is another one than
        that of its optimizer at the rate that it sets."""
        import torch

        for name in _shared(self.owner):  # a copy would work on the script's own
            raise UnusualLoop(f"{self.name}.{self.method}(), which knows {name} by itself")
        owner, optimizer = copy.deepcopy((self.owner, self.optimizer))
        plain = copy.deepcopy(optimizer)
        draws = torch.Generator().manual_seed(0)
        parts = [_parameters(one) for one in (optimizer, plain)]
        for mine, other in zip(*parts, strict=True):
            mine.grad = torch.randn(mine.shape, generator=draws).to(mine)
            other.grad = mine.grad.clone()
        rates = _recorded(optimizer, optimizer.step)
        with _quietly():
            getattr(owner, self.method)()
        for group, rate in zip(plain.param_groups, rates[0] if rates else (), strict=False):
            group["lr"] = rate
        plain.step()
        if differ(*([one.detach() for one in part] for part in parts)):
            raise UnusualLoop(f"{self.name}.{self.method}(), which does more than its optimizer")
        return all(one.grad is None or not one.grad.any() for one in parts[0])

    def set_by(self, code: ast.AST, names: Mapping[str, Any]) -> bool:
        """Whether code calls another method of the owner, which sets rates."""
        for one in ast.walk(code):
            match one:
                case ast.Call(func=ast.Attribute(value=owner, attr=other)) if other != self.method:
                    if noted(owner, names) is self.owner:
                        tree = tree_of(getattr(self.owner, other, None))
                        if tree is not None and SETS_RATE.search(ast.unparse(tree)):
                            return True
        return False


def wrapped(names: Mapping[str, Any], source: str) -> Wrapped | None:
    """The one that a function's text calls a step of; None without any. An object in whose own
    function this is trains, and is around all of it."""
    for name, owner in names.items():
        inside = [] if name == "self" else _optimizers(owner)
        for method, function in _methods(owner) if len(inside) == 1 else ():
            called = re.search(_CALLED.format(name=re.escape(name), method=method), source)
            if called and _steps(function):
                return Wrapped(owner, name, method, inside[0])
    return None


def _optimizers(owner: Any) -> list[Any]:
    """Those that an object of the user's has, which is none itself."""
    from torch import nn, optim

    library = type(owner).__module__.partition(".")[0] in ("torch", "builtins", "accelerate")
    if library or isinstance(owner, nn.Module | optim.Optimizer | type):
        return []
    own = getattr(owner, "__dict__", {}).values()
    return [one for one in own if isinstance(one, optim.Optimizer)]


def _methods(owner: Any) -> Iterator[tuple[str, Any]]:
    """By their names."""
    for name, one in inspect.getmembers(type(owner), inspect.isfunction):
        if len(inspect.signature(one).parameters) == 1:
            yield name, one


def _steps(function: Any) -> bool:
    """Whether it makes a step of something that its object has."""
    tree = tree_of(function)
    if tree is None or method_calls(tree, "backward"):
        return False
    return any(
        isinstance(one, ast.Call) and re.fullmatch(r"self\.\w+\.step", ast.unparse(one.func))
        for one in ast.walk(tree)
    )


def _shared(owner: Any) -> Iterator[str]:
    """Names of models and optimizers of the file that its methods use."""
    from torch import nn, optim

    for _, one in inspect.getmembers(type(owner), inspect.isfunction):
        for name in one.__code__.co_names:
            if isinstance(one.__globals__.get(name), nn.Module | nn.Parameter | optim.Optimizer):
                yield name


@contextmanager
def _quietly() -> Iterator[None]:
    with redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of an optimizer that makes no step
        yield


def _parameters(optimizer: Any) -> list[Any]:
    return [p for group in optimizer.param_groups for p in group["params"]]


def _rates(optimizer: Any) -> list[float]:
    return [float(group["lr"]) for group in optimizer.param_groups]


def _recorded(optimizer: Any, step: Callable[[], Any]) -> list[list[float]]:
    """The rates at which it is to step from now on, where `step` is done."""
    rates = list[list[float]]()

    def stepped(*_: Any, **__: Any) -> None:
        rates.append(_rates(optimizer))
        step()

    optimizer.step = stepped
    return rates
