"""numba's compiler, with machine code taken from what was shipped, or kept in our folder.

What was shipped comes first, also where code for this very processor is kept: which of two codes
runs would else depend on who compiled what before, and with it the last digits of a run.

numba's own cache numbers its data files and writes the index before them, without a lock: two
processes at their first start could leave one function's code under another's name, for good.
"""

import hashlib
import sys
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from pathlib import Path
from typing import Any

from numba.core.compiler import Compiler, CompileResult
from numba.core.runtime.nrt import rtsys
from numba.core.serialize import dumps

from .entry import Entry
from .folder import cache_folder
from .shipment import baseline, shipped_folder
from .turn import Turn

# Longer than the engine takes to compile on a slow, busy machine.
TURN = Turn(patience=180.0)


def turn() -> AbstractContextManager[None]:
    """Has other processes wait that need to compile, so that they find it done.

    Whoever is about to compile several kernels takes it around them all: numba's own helpers are
    compiled once a process, hence again where the kernels are shared out among processes.
    """
    folder = cache_folder()
    return nullcontext() if folder is None else TURN.taken(folder / "lock")


class _AsItIs:
    """One of numba's contexts, which is not refreshed: that imports and registers all that can be
    compiled, a tenth of a second, of which code that was compiled before needs nothing."""

    def __init__(self, context: Any) -> None:
        self._context = context

    def refresh(self) -> None:
        """Not now."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)


class CachingCompiler(Compiler):
    """Compiles a function unless an entry of ours has it; for `numba.njit` and `numba.cfunc`."""

    def __init__(self, typingctx, targetctx, *others):
        rtsys.initialize(targetctx)  # the memory that compiled code asks for
        super().__init__(_AsItIs(typingctx), _AsItIs(targetctx), *others)
        self.state.typingctx = typingctx

    def compile_extra(self, func):
        """The compile result of `func` for the signature and the flags of this compiler."""
        found = self._shipped(func)
        return self._kept(func) if found is None else found

    def _shipped(self, function) -> Any:
        folder, target = shipped_folder(), baseline()
        if folder is None or target is None:
            return None
        triple, *_ = self.state.targetctx.codegen().magic_tuple()
        key = self._key(function, (triple, target.cpu, ""))
        return self._load(Entry(folder, key, keep=True)) if key else None

    def _kept(self, function) -> Any:
        folder = cache_folder()
        key = self._key(function, self.state.targetctx.codegen().magic_tuple())
        if folder is None or not key:
            return self._compiled(function)
        entry = Entry(folder, key)
        found = self._load(entry)
        if found is not None:
            return found
        with turn():
            found = self._load(entry)  # another process may have had its turn
            if found is None:
                found = self._compiled(function)
                if not found.lifted and not found.library.has_dynamic_globals:
                    # the annotation is for reading only, and a seventh of the size
                    entry.write(dumps(found._replace(type_annotation="")._reduce()))
        return found

    def _compiled(self, function) -> Any:
        self.state.typingctx.refresh()
        self.state.targetctx.refresh()
        return super().compile_extra(function)

    def _load(self, entry: Entry) -> Any:
        context = self.state.targetctx
        try:
            reduced = entry.read()
            found = reduced and CompileResult._rebuild(context, *reduced)
        except Exception:  # whatever a pickle of another make raises: it's no use, so it goes
            entry.drop()
            return None
        if found is not None:
            context.insert_user_function(found.entry_point, found.fndesc, [found.library])
        return found

    def _key(self, function, target: tuple[str, str, str]) -> str:
        """All that the machine code depends on; empty where the function has no source file.

        `target` is triple, processor and features, as numba's codegen tells them.
        """
        source = _digest(function.__code__.co_filename)
        state = self.state
        # sets are in another order in each process
        flags = [f"{name}={_ordered(value)}" for name, value in state.flags.values().items()]
        closure = tuple(cell.cell_contents for cell in function.__closure__ or ())
        parts = (
            function.__module__,
            function.__qualname__,
            function.__code__.co_firstlineno,
            hashlib.sha256(function.__code__.co_code).hexdigest(),
            hashlib.sha256(dumps(closure)).hexdigest(),
            state.args,
            state.return_type,
            flags,
            target,
            sys.implementation.cache_tag,
        )
        return source and "\n".join([source, *map(str, parts)])


def _ordered(value: object) -> object:
    return sorted(value.flags) if hasattr(value, "flags") else value


@cache
def _digest(path: str) -> str:
    try:
        return hashlib.sha256(Path(path).read_bytes()).hexdigest()
    except OSError:
        return ""
