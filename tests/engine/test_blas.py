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
