"""Equal rows and columns by hash, against comparing everything with everything."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nndoctor.checks.measures import hashing
from nndoctor.checks.measures.hashing import equal_columns, equal_rows, firsts_among, found_in

CELLS = st.sampled_from([0.0, -0.0, 1.0, 2.5, np.nan, np.inf])
TABLES = st.integers(1, 3).flatmap(
    lambda d: st.tuples(
        arrays(float, st.tuples(st.integers(1, 30), st.just(d)), elements=CELLS),
        arrays(float, st.tuples(st.integers(1, 30), st.just(d)), elements=CELLS),
    )
)


def same(a, b):
    return bool(((a == b) | (np.isnan(a) & np.isnan(b))).all())


def first_equal(lines):
    return [next(j for j in range(i + 1) if same(lines[i], lines[j])) for i in range(len(lines))]


@given(TABLES)
def test_the_same_as_comparing_every_pair(tables):
    a, b = tables
    assert equal_rows(a).tolist() == first_equal(a)
    assert equal_columns(a).tolist() == first_equal(a.T)
    found = found_in(a, b)
    assert [i >= 0 for i in found] == [any(same(row, other) for other in b) for row in a]
    assert all(same(a[i], b[j]) for i, j in enumerate(found) if j >= 0)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.int64])
def test_any_number_type_and_several_pieces(dtype, monkeypatch):
    monkeypatch.setattr(hashing, "CELLS", 64)
    x = np.random.default_rng(0).integers(0, 3, (300, 5)).astype(dtype)
    assert equal_rows(x).tolist() == first_equal(x.astype(float))
    wide = np.repeat(x, 2, axis=1)
    assert equal_columns(wide).tolist() == [0, 0, 2, 2, 4, 4, 6, 6, 8, 8]


def test_a_collision_of_hashes_is_no_equality(monkeypatch):
    monkeypatch.setattr(hashing, "row_hashes", lambda x: np.zeros(len(x), np.uint64))
    x = np.arange(6.0)[:, None]
    assert equal_rows(x).tolist() == list(range(6))
    assert (found_in(x + 10, x) == -1).all()


@given(TABLES, st.randoms(use_true_random=False))
def test_equal_rows_among_some_follow_from_those_among_all(tables, random):
    a, _ = tables
    index = np.array([i for i in range(len(a)) if random.random() < 0.6], np.int64)
    assert firsts_among(equal_rows(a), index).tolist() == equal_rows(a[index]).tolist()
