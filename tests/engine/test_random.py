import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from nndoctor.engine.jit import kernel
from nndoctor.engine.random import normal, seeded, shuffle, uniform


@kernel
def _fill(out, state):
    for i in range(out.size):
        out[i] = uniform(state)


@kernel
def _fill_normal(out, state):
    for i in range(out.size):
        out[i] = normal(state)


def _splitmix(state, count):
    """The published algorithm in Python's own integers."""
    mask, words = 2**64 - 1, []
    for _ in range(count):
        state = (state + 0x9E3779B97F4A7C15) & mask
        z = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        words.append(z ^ (z >> 31))
    return words


@pytest.mark.parametrize("seed", [0, 1234567, 2**64 - 1])
def test_uniform_is_splitmix64(seed):
    out = np.empty(50)
    _fill(out, np.array([seed], np.uint64))
    assert out.tolist() == [(word >> 11) / 2**53 for word in _splitmix(seed, 50)]


def test_the_oracle_meets_published_numbers():  # of the reference C code, seed 1234567
    assert _splitmix(1234567, 3) == [6457827717110365317, 3203168211198807973, 9817491932198370423]


def test_uniform_is_in_range_and_even():
    out = np.empty(100_000)
    _fill(out, seeded(1))
    assert out.min() >= 0
    assert out.max() < 1
    assert stats.kstest(out, "uniform").pvalue > 1e-3


def test_normal_is_box_and_mullers_formula():
    out, both = np.empty(50), np.empty(100)
    _fill_normal(out, seeded(3))
    _fill(both, seeded(3))
    radius, angle = np.sqrt(-2 * np.log1p(-both[::2])), 2 * np.pi * both[1::2]
    np.testing.assert_allclose(out, radius * np.cos(angle), rtol=1e-12, atol=1e-14)


def test_normal_is_normal_and_each_number_is_independent_of_the_last():
    out = np.empty(100_000)
    _fill_normal(out, seeded(1))
    assert np.isfinite(out).all()
    assert stats.kstest(out, "norm").pvalue > 1e-3
    assert stats.kstest(1.02 * out, "norm").pvalue < 1e-3  # the test would notice 2 %
    for values in (out, out**2):
        assert abs(np.corrcoef(values[1:], values[:-1])[0, 1]) < 5 / len(out) ** 0.5


@given(st.integers(0, 300), st.integers(0, 2**32))
def test_a_shuffle_is_a_permutation(count, seed):
    order = np.arange(count)
    shuffle(order, seeded(seed))
    assert sorted(order.tolist()) == list(range(count))


def test_every_order_is_as_likely():
    counts, state = {}, seeded(7)
    for _ in range(24_000):
        order = np.arange(4)
        shuffle(order, state)
        counts[tuple(order.tolist())] = counts.get(tuple(order.tolist()), 0) + 1
    assert len(counts) == 24
    assert stats.chisquare(list(counts.values())).pvalue > 1e-3


def test_streams_of_different_seeds_differ():
    states = {int(seeded(seed, purpose)[0]) for seed in range(50) for purpose in range(3)}
    assert len(states) == 150
