"""The one place where numba is configured: compilation flags and function pointers."""

from functools import cache
from typing import Any

import numba
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic, overload

from .machine_code.compiler import CachingCompiler

# NaN and infinity are what we look for: never let LLVM assume that they can't occur.
SAFE_MATH = {"nsz", "arcp", "contract", "afn", "reassoc"}
# For range reductions, which reassociation would undo.
EXACT_MATH = {"nsz", "contract"}


def _settings(math: set[str]) -> dict[str, Any]:
    return {
        "pipeline_class": CachingCompiler,
        "error_model": "numpy",  # division by zero gives infinity, so that divergence is data
        "fastmath": math,
    }


def kernel(function=None, *, math=SAFE_MATH):
    """Compiles on first use, releases the GIL, keeps the machine code on disk."""
    if function is None:
        return lambda wrapped: kernel(wrapped, math=math)
    return numba.njit(function, nogil=True, **_settings(math))


@cache
def pointer(function, *argument_types) -> int:
    """The address of `function` compiled for these types: what `call` takes.

    Units (activations, losses, optimizers) are reached through addresses, so the training loop
    is compiled once whatever the units, and a new unit costs nobody anything who does not use it.
    """
    signature = types.none(*argument_types)
    compiled: Any = numba.cfunc(signature, **_settings(SAFE_MATH))(function)
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


@cache
def vector(dtype) -> types.Array:
    """The numba type of a contiguous vector of this NumPy dtype."""
    return types.Array(numba.from_dtype(dtype), 1, "C")


@cache
def matrix(dtype) -> types.Array:
    """The numba type of a contiguous matrix of this NumPy dtype."""
    return types.Array(numba.from_dtype(dtype), 2, "C")
