"""Keras on PyTorch, in float64, for the tests that need it; loaded when the first of them runs."""

import pytest

QUIET = [  # its own, of NumPy's copy=
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    pytest.mark.torch,
]


@pytest.fixture(scope="module")
def keras():
    pytest.importorskip("torch")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KERAS_BACKEND", "torch")
        library = pytest.importorskip("keras")
    if library.config.backend() != "torch":
        pytest.skip("Keras runs on another backend here")
    policy, number = library.config.dtype_policy(), library.config.floatx()
    library.config.set_dtype_policy("float64")
    library.config.set_floatx("float64")  # of learning rates
    yield library
    library.config.set_dtype_policy(policy)
    library.config.set_floatx(number)
