"""Products in panels: the same bits however many cores take part, and as right as any product."""

from contextlib import ExitStack

import numpy as np
import pytest

from nndoctor.engine.cores import allowed
from nndoctor.engine.helpers import helped
from nndoctor.engine.panels import ENTRIES, LARGE, new_board, panel_size, product

KINDS = {"a b": (False, False), "a.T b": (True, False), "a b.T": (False, True)}
# rows, inner size, columns: by columns, by rows, with a rest, in many panels, narrow, not cut
SHAPES = (
    (256, 450, 500),
    (500, 250, 450),
    (385, 470, 301),
    (33, 800, 4097),
    (1000, 1700, 30),
    (1, 5, 10),
)
PRECISIONS = (np.float32, np.float64)


def factors(kind, shape, dtype, seed=0):
    rows, inner, columns = shape
    rng = np.random.default_rng(seed)
    turn_a, turn_b = KINDS[kind]
    a = rng.standard_normal((inner, rows) if turn_a else (rows, inner)).astype(dtype)
    b = rng.standard_normal((columns, inner) if turn_b else (inner, columns)).astype(dtype)
    return a, b


def multiplied(kind, a, b, count=1, times=1):
    """The product, on so many cores."""
    turn_a, turn_b = KINDS[kind]
    rows, columns = a.shape[1] if turn_a else a.shape[0], b.shape[0] if turn_b else b.shape[1]
    out, board = np.full((rows, columns), np.nan, a.dtype), new_board(a.dtype)
    with allowed(count), helped(board):
        for _ in range(times):
            product(a, turn_a, b, turn_b, out, board)
    return out


def plain(kind, a, b):
    turn_a, turn_b = KINDS[kind]
    a, b = a.astype(np.float64), b.astype(np.float64)
    return (a.T if turn_a else a) @ (b.T if turn_b else b)


@pytest.mark.parametrize("dtype", PRECISIONS)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("kind", KINDS)
def test_a_product_is_right_and_has_the_same_bits_on_any_number_of_cores(kind, shape, dtype):
    a, b = factors(kind, shape, dtype)
    alone = multiplied(kind, a, b)
    bound = 4 * np.finfo(dtype).eps * shape[1] ** 0.5 * np.abs(a).max() * np.abs(b).max()
    assert np.abs(alone - plain(kind, a, b)).max() < bound
    for count in (2, 3, 16):
        assert np.array_equal(multiplied(kind, a, b, count, times=5), alone)


def test_the_shapes_are_on_both_sides_of_what_is_large():
    sizes = [2 * rows * inner * columns for rows, inner, columns in SHAPES]
    assert min(sizes) < LARGE < sorted(sizes)[1]


@pytest.mark.parametrize("side", [1, 2, 17, 191, 192, 500, 1023, 1024, 3073, 100_000])
@pytest.mark.parametrize("work", [1e7, 1e8, 1e9, 1e12])
def test_panels_cover_a_side_once(side, work):
    size = panel_size(side, work)
    starts = range(0, side, size)
    assert 1 <= len(starts) <= 16
    assert starts[-1] < side <= starts[-1] + size


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_not_finite_stays_in_its_row(kind, bad):
    a, b = factors(kind, SHAPES[0], np.float32)
    clean = multiplied(kind, a, b)
    a[(5, 250) if KINDS[kind][0] else (250, 5)] = bad
    for count in (1, 2):
        out = multiplied(kind, a, b, count)
        assert not np.isfinite(out[250]).any()
        assert np.array_equal(np.delete(out, 250, 0), np.delete(clean, 250, 0))


@pytest.mark.filterwarnings("ignore::numba.core.errors.NumbaPerformanceWarning")
def test_a_matrix_that_is_not_contiguous_is_taken_as_what_it_is():
    a, b = factors("a b", SHAPES[0], np.float32)
    wide = np.repeat(a, 2, axis=1)
    assert not wide[:, ::2].flags.c_contiguous
    assert multiplied("a b", wide[:, ::2], b) == pytest.approx(plain("a b", a, b), abs=1e-3)


def test_boards_are_of_one_product_each():
    """Several at a time, as models side by side have them, do not disturb each other."""
    a, b = factors("a b", SHAPES[0], np.float64)
    right = multiplied("a b", a, b)
    boards = [new_board(np.dtype(np.float64)) for _ in range(3)]
    assert {board.shape for board in boards} == {(ENTRIES,)}
    with ExitStack() as stack:
        stack.enter_context(allowed(4))
        for board in boards:
            stack.enter_context(helped(board))
        for board in boards * 3:
            out = np.empty_like(right)
            product(a, False, b, False, out, board)
            assert np.array_equal(out, right)
