"""A training script, run up to its first `backward()`, where nothing has been trained yet."""

import os
import sys
import types
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .loop import other_backwards, rounds_at


@dataclass(frozen=True)
class Place:
    """Where a function of the user's stands: `line` of `file`, and what it knows by name."""

    file: Path
    line: int
    names: Mapping[str, Any]


@dataclass(frozen=True)
class Call:
    """Of a module: what it was given, and its outputs."""

    module: Any
    given: tuple[Any, ...]
    by_name: Mapping[str, Any]
    outputs: Any


@dataclass(frozen=True)
class Stop:
    """Where a script was stopped: `places`, the innermost first; the tensor that goes backward,
    None where none does; the last call of each module that gradients can flow through, by id."""

    places: tuple[Place, ...]
    lost: Any
    calls: Mapping[int, Call]


class _Reached(BaseException):
    """The first `backward()`; no Exception, so that a script which catches these stops too."""

    def __init__(self, places: tuple[Place, ...], lost: Any) -> None:
        super().__init__()
        self.places, self.lost = places, lost


def is_own(file: Path, folder: Path) -> bool:
    """Whether a frame is of the user's code: `<frozen importlib>` is no file, and an environment
    beside it is of others."""
    there = file.is_file() and file.resolve().is_relative_to(folder)
    return there and "site-packages" not in file.parts


def stopped(path: Path) -> Stop:
    """Runs the file as `python FILE` does, up to its first `backward()`; of a file that never
    calls it, what it knows at its end, at line 0."""
    script = types.ModuleType("__main__")
    script.__file__ = str(path)
    code = compile(path.read_bytes(), str(path), "exec")
    with (
        _as_main(script),
        _stopping(code, path.resolve().parent),
        _buffers_kept(),
        _calls() as calls,
    ):
        try:
            exec(code, vars(script))  # the user names a file to be run
        except _Reached as reached:
            return Stop(reached.places, reached.lost, calls)
    return Stop((Place(path, 0, vars(script)),), None, calls)


@contextmanager
def _as_main(script: types.ModuleType) -> Iterator[None]:
    """What a class of the script is looked up in; figures that it shows open no window."""
    ours, figures = sys.modules["__main__"], os.environ.get("MPLBACKEND")
    sys.modules["__main__"] = script
    os.environ["MPLBACKEND"] = figures or "agg"
    try:
        yield
    finally:
        sys.modules["__main__"] = ours
        if figures is None:
            del os.environ["MPLBACKEND"]


@contextmanager
def _stopping(code: types.CodeType, folder: Path) -> Iterator[None]:
    """Within, the first `backward()` of a training ends the script."""
    import torch

    usual = torch.autograd.backward  # Tensor.backward calls it too

    def reached(tensors: Any, *given: Any, **named: Any) -> None:
        places = tuple(_places(sys._getframe(1), code, folder))
        if not _shows(places):
            raise _Reached(places, tensors)
        usual(tensors, *given, **named)

    torch.autograd.backward = reached
    try:
        yield
    finally:
        torch.autograd.backward = usual


def _shows(places: tuple[Place, ...]) -> bool:
    """Whether it is there to show what a gradient is: in no loop, with others to come."""
    sources = [(one.file.read_text(encoding="utf-8"), one.line) for one in places]
    in_loop = any(rounds_at(source, line) for source, line in sources)
    return bool(sources) and not in_loop and bool(other_backwards(*sources[0]))


def _places(frame: Any, code: types.CodeType, folder: Path) -> Iterator[Place]:
    """Those of the user's own code, up to the script's."""
    while frame is not None:
        file = Path(frame.f_code.co_filename)
        if is_own(file, folder):
            yield Place(file, frame.f_lineno, {**frame.f_globals, **frame.f_locals})
        frame = None if frame.f_code is code else frame.f_back


@contextmanager
def _buffers_kept() -> Iterator[None]:
    """Gives batch norms back what they knew before the script's own forward pass."""
    from torch.nn.modules.module import register_module_forward_pre_hook
    from torch.nn.parameter import is_lazy

    kept: dict[int, tuple[Any, Any]] = {}

    def remember(module: Any, given: Any) -> None:
        for buffer in module._buffers.values():
            if buffer is not None and not is_lazy(buffer) and id(buffer) not in kept:
                kept[id(buffer)] = buffer, buffer.clone()

    hook = register_module_forward_pre_hook(remember)
    try:
        yield
    finally:
        hook.remove()
        for buffer, value in kept.values():
            buffer.data.copy_(value)


@contextmanager
def _calls() -> Iterator[dict[int, Call]]:
    """What modules are called with, within."""
    import torch
    from torch.nn.modules.module import register_module_forward_hook

    found: dict[int, Call] = {}

    def remember(module: Any, given: Any, by_name: Any, outputs: Any) -> None:
        if torch.is_grad_enabled():
            found[id(module)] = Call(module, given, by_name, outputs)

    hook = register_module_forward_hook(remember, with_kwargs=True)
    try:
        yield found
    finally:
        hook.remove()
