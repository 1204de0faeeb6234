from concurrent.futures import ThreadPoolExecutor
from threading import Event

import numpy as np
import pytest
import threadpoolctl

from nndoctor.engine import blas


def _threads():
    return [
        one["num_threads"] for one in threadpoolctl.threadpool_info() if one["user_api"] == "blas"
    ]


def test_every_blas_is_held_to_one_thread_and_given_back():
    with blas.one_thread():
        pass  # SciPy's is loaded by now
    with threadpoolctl.threadpool_limits(2, user_api="blas"):
        before = _threads()
        assert len(before) >= 1
        with blas.one_thread():
            assert set(_threads()) == {1}
            np.ones((64, 64)) @ np.ones((64, 64))
            assert set(_threads()) == {1}
        assert _threads() == before


def test_it_is_given_back_after_an_error_too():
    with threadpoolctl.threadpool_limits(2, user_api="blas"):
        before = _threads()
        with pytest.raises(KeyError), blas.one_thread():
            raise KeyError
        assert _threads() == before


def test_threads_that_overlap_share_the_limit():
    """Whoever leaves first must not widen the pool, nor whoever leaves last keep it narrow."""
    entered, left = Event(), Event()

    def second():
        with blas.one_thread():
            entered.set()
            assert left.wait(30)
            return _threads()

    with blas.one_thread():
        pass
    with threadpoolctl.threadpool_limits(2, user_api="blas"), ThreadPoolExecutor(1) as pool:
        before = _threads()
        with blas.one_thread():
            other = pool.submit(second)
            assert entered.wait(30)
        within = _threads()
        left.set()
        assert set(within) == {1} == set(other.result())
        assert _threads() == before


def test_many_threads_in_any_order_leave_the_pools_as_they_were():
    def use(number):
        with blas.one_thread(), blas.one_thread():
            np.ones((number, 64)) @ np.ones((64, 64))
            return set(_threads())

    with threadpoolctl.threadpool_limits(2, user_api="blas"):
        before = _threads()
        with ThreadPoolExecutor(8) as pool:
            assert all(seen == {1} for seen in pool.map(use, range(1, 60)))
        assert _threads() == before
