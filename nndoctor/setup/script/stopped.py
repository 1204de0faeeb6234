"""A training script, run up to where it would train: nothing has been trained there yet."""

import linecache
import os
import sys
import types
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from .fits import Fit, fits_told
from .loop import other_backwards, rounds_at
from .source import source_of
from .unrolled import is_comprehension, is_made_in, running, unrolled


@dataclass(frozen=True)
class Place:
    """Where a function of the user's stands: `line` of `file`, whose `text` is read, and what it
    knows by name; `unread`: a comprehension around the line that is not read as a loop."""

    file: Path
    line: int
    names: Mapping[str, Any]
    text: str = ""
    unread: str = ""


@dataclass(frozen=True)
class Call:
    """Of a module: what it was given, its outputs, and whether in mixed precision."""

    module: Any
    given: tuple[Any, ...]
    by_name: Mapping[str, Any]
    outputs: Any
    mixed: bool = False


@dataclass(frozen=True)
class Stop:
    """Where a script would train: who calls the first `backward()` on `lost`, who calls that
    function, and so on; `fit` where a library trains. Of a script that does neither, what it knows
    at its end, at line 0. `calls`: the last of each module that gradients can flow through, by id.
    """

    places: tuple[Place, ...]
    lost: Any = None
    calls: Mapping[int, Call] = field(default_factory=dict)
    fit: Fit | None = None


class _Reached(BaseException):
    """No Exception, so that a script which catches these stops too."""

    def __init__(self, stop: Stop) -> None:
        super().__init__()
        self.stop = stop


def is_own(file: Path, folder: Path) -> bool:
    """Whether a frame is of the user's code: `<frozen importlib>` is no file, and an environment
    beside it is of others."""
    there = file.is_file() and file.resolve().is_relative_to(folder)
    return there and "site-packages" not in file.parts


def stopped(path: Path) -> Stop:
    """Runs the file as `python FILE` does, a notebook's cells in their order."""
    script = types.ModuleType("__main__")
    script.__file__ = str(path)
    source, folder = source_of(path), path.resolve().parent
    code = compile(source, str(path), "exec")
    if path.suffix != ".py":  # for tracebacks
        lines = source.splitlines(keepends=True)
        linecache.cache[str(path)] = len(source), None, lines, str(path)

    def fitted(fit: Fit) -> NoReturn:
        raise _Reached(Stop(tuple(_places(sys._getframe(1), code, folder)), fit=fit))

    with ExitStack() as around:
        around.enter_context(_as_main(script))
        around.enter_context(fits_told(source, fitted))
        if "torch" in source or "backward" in source:
            calls = around.enter_context(_calls())
            around.enter_context(_stopping(code, folder, calls))
            around.enter_context(_buffers_kept())
        try:
            exec(code, vars(script))  # the user names a file to be run
        except _Reached as reached:
            return reached.stop
    return Stop((Place(path, 0, vars(script)),))


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
def _stopping(code: types.CodeType, folder: Path, calls: Mapping[int, Call]) -> Iterator[None]:
    """Within, the first `backward()` of a training ends the script."""
    import torch

    usual = torch.autograd.backward  # Tensor.backward calls it too

    def reached(tensors: Any, *given: Any, **named: Any) -> None:
        places = tuple(_places(sys._getframe(1), code, folder))
        if not _shows(places):
            raise _Reached(Stop(places, tensors, calls))
        usual(tensors, *given, **named)

    torch.autograd.backward = reached
    try:
        yield
    finally:
        torch.autograd.backward = usual


def _shows(places: tuple[Place, ...]) -> bool:
    """Whether it is there to show what a gradient is: in no loop, with others to come."""
    sources = [(one.text, one.line) for one in places]
    in_loop = any(one.unread or rounds_at(one.text, one.line) for one in places)
    return bool(sources) and not in_loop and bool(other_backwards(*sources[0]))


def _places(frame: Any, code: types.CodeType, folder: Path) -> Iterator[Place]:
    """Those of the user's own code, up to the script's."""
    inside = None  # a comprehension, of the function that it stands in
    while frame is not None:
        file = Path(frame.f_code.co_filename)
        if is_comprehension(frame) and inside is None and is_made_in(frame, frame.f_back):
            inside = frame
        elif is_own(file, folder):
            read = unrolled(source_of(file), running(inside or frame))
            names = {**frame.f_globals, **frame.f_locals, **(inside.f_locals if inside else {})}
            yield Place(file, read.line, names, read.text, read.unread)
            inside = None
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
            mixed = any(map(torch.is_autocast_enabled, ("cpu", "cuda")))
            found[id(module)] = Call(module, given, by_name, outputs, mixed)

    hook = register_module_forward_hook(remember, with_kwargs=True)
    try:
        yield found
    finally:
        hook.remove()
