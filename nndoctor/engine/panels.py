"""Matrix products. A large one is cut into panels, and cores at leisure take some of them.

Where it is cut depends on shapes alone, and each panel is done by one BLAS thread: how many cores
take part changes no bit. (A BLAS that shares a product among threads of its own cuts it by their
number, and adds up in another order.)

The board, int64 [ENTRIES], is where a product is announced. Its first word counts panels; the rest
is what BLAS gets, which takes everything by address, whole numbers as the lower half of a word, and
sees matrices turned around: column by column out is b times a.
"""

import ctypes
import sys
from functools import cache
from typing import Any

import numpy as np
from numba.extending import get_cython_function_address
from numpy.typing import NDArray

from .atomic import add, load, replace
from .jit import call, kernel

# Words of the board. COUNTS: panels not begun, times BEGUN, and panels not done. GROWTH: bytes from
# one panel's part of a matrix to the next's. The last panel has sizes of its own.
(COUNTS, GEMM, YIELD, ONE, ZERO) = range(5)
(A, A_GROWTH, A_TURNED, A_WIDTH, B, B_GROWTH, B_TURNED, B_WIDTH) = range(5, 13)
(OUT, OUT_GROWTH, OUT_WIDTH, INNER, ROWS, COLUMNS, LAST_ROWS, LAST_COLUMNS, LAST) = range(13, 22)
ENTRIES = 22
BEGUN = 1 << 32
WORD, LINE = 8, 16  # bytes; words that processors have in common at a time
OVER = -1  # as COUNTS: there will be no more products

# Floating-point operations from which a product is cut, and from which it is faster on two cores
# wherever they are (between them that is tried: `adapters/stretches.py`). Smaller ones take up to a
# tenth longer in panels on one core, as models side by side have it.
LARGE, SURE = 20e6, 100e6
PANEL = 60e6  # floating-point operations, rows or columns that a panel has at least
SIDE = 192
MOST = 16  # panels
EVEN = 16  # rows or columns that BLAS does at a time


def new_board(dtype: np.dtype[Any]) -> NDArray[np.int64]:
    """Where products in this precision are announced, one at a time."""
    # Far from all else in memory: what lies beside words that helpers look at is slow to write.
    words = np.zeros(LINE + ENTRIES + LINE, np.int64)[LINE:-LINE]
    letter = "s" if dtype == np.float32 else "d"
    words[GEMM] = get_cython_function_address("scipy.linalg.cython_blas", f"{letter}gemm")
    words[YIELD] = _yield_address()
    words[ONE : ONE + 1].view(dtype)[0] = 1
    return words


@cache
def _yield_address() -> int:
    """Of the function of the system that lets other threads run."""
    library: Any = ctypes.windll.kernel32 if sys.platform == "win32" else ctypes.CDLL(None)  # type: ignore[attr-defined,unused-ignore]
    function = library.SwitchToThread if sys.platform == "win32" else library.sched_yield
    return ctypes.cast(function, ctypes.c_void_p).value or 0


@kernel
def product(a, turn_a, b, turn_b, out, board):
    """out [M, N] <- a b, of which one may be turned around (transposed) first."""
    inner = a.shape[0] if turn_a else a.shape[1]
    dense = a.flags.c_contiguous and b.flags.c_contiguous and out.flags.c_contiguous
    if dense and 2.0 * inner * out.size >= LARGE:
        announce(a, turn_a, b, turn_b, out, inner, board)
        while take_part(board) > 0:
            call(board[YIELD], ())
    elif turn_a:
        np.dot(a.T, b, out)
    elif turn_b:
        np.dot(a, b.T, out)
    else:
        np.dot(a, b, out)


@kernel
def panel_size(side, work):
    """Rows or columns of a panel, the last one aside, where `side` of them are shared out."""
    count = 2  # a power of two, as cores are: all of them then have as much to do
    while 2 * count <= MOST and side >= 2 * count * SIDE and work >= 2 * count * PANEL:
        count *= 2
    return -(-side // (count * EVEN)) * EVEN


@kernel
def announce(a, turn_a, b, turn_b, out, inner, board):
    """Writes a product on the board, cut along the longer side of out, and lets others begin."""
    rows, columns = out.shape
    by_rows, side, entry = rows >= columns, max(rows, columns), out.itemsize
    size = panel_size(side, 2.0 * inner * out.size)
    count = (side + size - 1) // size
    last = side - (count - 1) * size
    board[A], board[A_WIDTH], board[A_TURNED] = a.ctypes.data, a.shape[1], _kind(turn_a)
    board[B], board[B_WIDTH], board[B_TURNED] = b.ctypes.data, b.shape[1], _kind(turn_b)
    board[OUT], board[OUT_WIDTH], board[INNER] = out.ctypes.data, columns, inner
    board[A_GROWTH] = size * entry * (1 if turn_a else a.shape[1]) if by_rows else 0
    board[B_GROWTH] = 0 if by_rows else size * entry * (b.shape[1] if turn_b else 1)
    board[OUT_GROWTH] = size * entry * (columns if by_rows else 1)
    board[ROWS], board[LAST_ROWS] = (size, last) if by_rows else (rows, rows)
    board[COLUMNS], board[LAST_COLUMNS] = (columns, columns) if by_rows else (size, last)
    board[LAST] = count - 1
    add(board.ctypes.data, count * (BEGUN + 1))


@kernel
def _kind(turned):
    return ord("T") if turned else ord("N")


@kernel
def take_part(board):
    """Does panels until all are begun; answers how many are not done yet, or OVER."""
    counts = board.ctypes.data
    while True:
        seen = load(counts)
        if seen < BEGUN:
            return seen
        if replace(counts, seen, seen - BEGUN):
            do_panel(board, (seen >> 32) - 1)
            add(counts, -1)


@kernel
def do_panel(board, number):
    """One panel of the product on the board."""
    word = board.ctypes.data
    last = number == board[LAST]
    arguments = (
        word + WORD * B_TURNED,
        word + WORD * A_TURNED,
        word + WORD * (LAST_COLUMNS if last else COLUMNS),
        word + WORD * (LAST_ROWS if last else ROWS),
        word + WORD * INNER,
        word + WORD * ONE,
        board[B] + number * board[B_GROWTH],
        word + WORD * B_WIDTH,
        board[A] + number * board[A_GROWTH],
        word + WORD * A_WIDTH,
        word + WORD * ZERO,
        board[OUT] + number * board[OUT_GROWTH],
        word + WORD * OUT_WIDTH,
    )
    call(board[GEMM], arguments)


@kernel
def help_with(board, looks):
    """Takes part in whatever is announced; answers whether it is over, or after so many looks."""
    for _ in range(looks):
        if take_part(board) == OVER:
            return True
        call(board[YIELD], ())
    return False
