"""Words of memory that several threads change: what is done to one is done whole, and in order.

numba has none of it for processors. A word is an int64 at an address, for use inside kernels.
"""

from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic


def _word(builder, address):
    return builder.inttoptr(address, ir.IntType(64).as_pointer())


@intrinsic
def load(typingctx, address):
    """The word; what another thread wrote before it changed the word is seen from here on."""

    def codegen(context, builder, signature, values):
        return builder.load_atomic(_word(builder, values[0]), "acquire", 8)

    return types.int64(types.int64), codegen


@intrinsic
def add(typingctx, address, value):
    """Adds to the word; whoever sees that sees all that was written here before."""

    def codegen(context, builder, signature, values):
        return builder.atomic_rmw("add", _word(builder, values[0]), values[1], "acq_rel")

    return types.int64(types.int64, types.int64), codegen


@intrinsic
def replace(typingctx, address, seen, value):
    """Writes a value unless the word is no longer what was seen; answers whether it did."""

    def codegen(context, builder, signature, values):
        word = _word(builder, values[0])
        done = builder.cmpxchg(word, values[1], values[2], "acq_rel", "acquire")
        return builder.extract_value(done, 1)

    return types.boolean(types.int64, types.int64, types.int64), codegen
