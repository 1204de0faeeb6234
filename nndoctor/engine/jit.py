"""The one place where numba is configured: compilation flags, the on-disk cache, function pointers.

numba notices an edited kernel but not an edited callee in another file, so the cache folder is
named by a digest of all engine sources. An unwritable home falls back to the temporary folder,
then to no cache at all.
"""

import hashlib
import os
import shutil
import tempfile
import threading
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numba
import platformdirs
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic, overload

from ..version import __version__

# NaN and infinity are what we look for: never let LLVM assume that they can't occur.
SAFE_MATH = {"nsz", "arcp", "contract", "afn", "reassoc"}
# For range reductions, which reassociation would undo.
EXACT_MATH = {"nsz", "contract"}


def _source_digest() -> str:
    sources = sorted(Path(__file__).parent.rglob("*.py"))
    content = b"".join(path.read_bytes() for path in sources)
    return hashlib.sha256(content + numba.__version__.encode()).hexdigest()[:12]


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


@lru_cache(maxsize=1)
def cache_folder() -> Path | None:
    """Where machine code is kept, None where no folder can be written; NUMBA_CACHE_DIR wins."""
    leaf = Path("numba") / f"{__version__}-{_source_digest()}"
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    homes = [Path(chosen)] if chosen else [Path(platformdirs.user_cache_dir("nndoctor"))]
    homes.append(
        Path(tempfile.gettempdir()) / f"nndoctor-{os.getuid() if os.name == 'posix' else 0}"
    )
    return next((home / leaf for home in homes if _writable(home / leaf)), None)


def cache_is_cold() -> bool:
    """Whether the first call in this process has to compile."""
    folder = cache_folder()
    return folder is None or next(folder.rglob("*.nbi"), None) is None


def clear_cache() -> int:
    """Removes the machine code of every version and answers how many bytes that freed."""
    folder = cache_folder()
    if folder is None:
        return 0
    freed = sum(path.stat().st_size for path in folder.parent.rglob("*") if path.is_file())
    shutil.rmtree(folder.parent)
    return freed


def _settings(math: set[str]) -> dict[str, Any]:
    return {
        "cache": cache_folder() is not None,
        "error_model": "numpy",  # division by zero gives infinity, so that divergence is data
        "fastmath": math,
    }


_LOCK = threading.RLock()  # the setting below is numba's, for all threads


def _in_our_cache(compile_: Callable[[], Any]) -> Any:
    # numba fixes the folder when it decorates, so its setting can be put back at once
    config: Any = numba.config
    with _LOCK:
        before = config.CACHE_DIR
        config.CACHE_DIR = str(cache_folder() or "")
        try:
            return compile_()
        finally:
            config.CACHE_DIR = before


def kernel(function=None, *, math=SAFE_MATH):
    """Compiles on first use, releases the GIL, keeps the machine code on disk."""
    if function is None:
        return lambda wrapped: kernel(wrapped, math=math)
    return _in_our_cache(lambda: numba.njit(function, nogil=True, **_settings(math)))


@cache
def pointer(function, *argument_types) -> int:
    """The address of `function` compiled for these types: what `call` takes.

    Units (activations, losses, optimizers) are reached through addresses, so the training loop
    is compiled once whatever the units, and a new unit costs nobody anything who does not use it.
    """
    signature = types.none(*argument_types)
    compiled = _in_our_cache(lambda: numba.cfunc(signature, **_settings(SAFE_MATH))(function))
    _KEEP_ALIVE.append(compiled)
    return int(compiled.address)


_KEEP_ALIVE: list[object] = []


@cache
def inlined(function):
    """Makes a plain scalar function callable inside kernels that close over it.

    A closure over a compiled function would miss the on-disk cache in each new process: its key
    holds the pickled closure, and only a plain function is pickled by its name.
    """
    options = {"error_model": "numpy", "fastmath": SAFE_MATH}
    overload(function, jit_options=options, strict=False)(lambda *arguments: function)
    return function


@intrinsic
def call(typingctx, address, arguments):
    """Inside a kernel: calls the unit at an address with a tuple of arguments."""

    def codegen(context, builder, signature, values):
        target, packed = values
        value_types = [context.get_value_type(kind) for kind in signature.args[1].types]
        function_type = ir.FunctionType(context.get_value_type(types.none), value_types)
        function = builder.inttoptr(target, function_type.as_pointer())
        builder.call(function, cgutils.unpack_tuple(builder, packed))
        return context.get_dummy_value()

    return types.none(types.int64, arguments), codegen


def vector(dtype) -> types.Array:
    """The numba type of a contiguous vector of this NumPy dtype."""
    return types.Array(numba.from_dtype(dtype), 1, "C")


def matrix(dtype) -> types.Array:
    """The numba type of a contiguous matrix of this NumPy dtype."""
    return types.Array(numba.from_dtype(dtype), 2, "C")
