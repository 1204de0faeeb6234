"""A column in numbers, against numpy's own functions on what is finite."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nndoctor.checks.measures.column_profile import profile, profiled

CELLS = st.lists(
    st.one_of(
        st.integers(-3, 3).map(float),
        st.floats(-1e6, 1e6),
        st.just(np.nan),
        st.just(np.inf),
        st.just(-np.inf),
    ),
    min_size=1,
    max_size=60,
)


@given(CELLS)
def test_every_number_is_that_of_the_finite_values(cells):
    values = np.array(cells)
    finite = values[np.isfinite(values)]
    seen = profile("a", values)
    assert (seen.rows, seen.values) == (len(values), len(finite))
    assert seen.missing == np.isnan(values).sum()
    assert seen.infinite == np.isinf(values).sum()
    counts = Counter(finite.tolist())
    assert seen.distinct == len(counts)
    if not counts:
        assert np.isnan([seen.mean, seen.std, seen.low.value, seen.high.value]).all()
        return
    assert seen.low.value == finite.min()
    assert seen.high.value == finite.max()
    assert seen.low.count == counts[finite.min()]
    assert seen.high.count == counts[finite.max()]
    assert seen.mean == pytest.approx(finite.mean(), abs=1e-6)
    assert seen.std == pytest.approx(finite.std(), abs=1e-6)
    assert seen.median == np.median(finite)
    assert seen.collision == pytest.approx(sum((n / len(finite)) ** 2 for n in counts.values()))
    if len(counts) > 1:
        assert seen.low.next == sorted(counts)[1]
        assert seen.high.next == sorted(counts)[-2]


def test_the_ends_are_kept_and_do_not_overlap():
    values = np.random.default_rng(0).permutation(5000).astype(float)
    seen = profile("a", values)
    assert seen.lower.tolist() == list(range(50))
    assert seen.upper.tolist() == list(range(4950, 5000))
    few = profile("a", np.arange(9.0))
    assert len(few.lower) + len(few.upper) <= 9


def test_the_spread_is_the_deviation_of_normal_values():
    values = np.random.default_rng(0).normal(3, 2, 100_000)
    assert profile("a", values).spread == pytest.approx(2, rel=0.02)


def test_columns_come_in_order_whatever_their_type():
    x = np.arange(100, dtype=np.uint8).reshape(4, 25)
    seen = list(profiled(x, [str(i) for i in range(25)]))
    assert [int(one.name) for one in seen] == [int(one.low.value) for one in seen]


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int64, np.uint8])
@pytest.mark.parametrize("values", [2, 3, 40, 5000])
def test_medians_of_values_that_repeat(values, dtype):
    x = np.random.default_rng(values).integers(0, min(values, 200), 999).astype(dtype)
    seen, exact = profile("x", x), x.astype(np.float64)
    assert seen.median == np.median(exact)
    assert seen.spread == 1.4826 * np.median(np.abs(exact - np.median(exact)))
    assert seen.is_flag == (values == 2)
