"""What compiled code makes of NaN and infinity, and that numba's settings are left alone."""

import numba
import numpy as np
import pytest

from nndoctor.engine import jit


def test_numbas_settings_are_left_as_found(monkeypatch):
    monkeypatch.setattr(numba.config, "CACHE_DIR", "/as/it/was")
    doubled = jit.kernel(lambda x: 2 * x)
    assert doubled(3) == 6
    assert numba.config.CACHE_DIR == "/as/it/was"


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_compiled_code_sees_nan_and_divides_by_zero(dtype):
    @jit.kernel
    def bad(x):
        return np.isnan(x[0]) and x[0] != x[0] and np.isinf(x[1]) and np.isinf(x[2] / x[3])

    assert bad(np.array([np.nan, np.inf, 1, 0], dtype))
