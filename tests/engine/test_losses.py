"""Every loss against the row-by-row oracle, in both precisions, and with NaN and infinity."""

import numpy as np
import pytest

from nndoctor.engine.losses import LOSSES, find

from ..oracles import losses as oracle
from .helpers import FORMS, PRECISIONS, TOLERANCE, close, loss_and_slope

RNG = np.random.default_rng(4)
ROWS, K = 19, 4
SCORES = RNG.normal(0, 4, (ROWS, K))
SCORES[0] = [-40, 40, 0.25, 1]
PROBABILITIES = RNG.uniform(0.01, 0.99, (ROWS, K))
PROBABILITIES[0] = [1e-9, 0.5, 2e-8, 1.0]  # beyond both clips
NUMBERS = RNG.integers(0, K, (ROWS, 1)).astype(float)
NUMBERS[0] = 2
ONE_HOT = np.eye(K)[NUMBERS[:, 0].astype(int)]
EACH = pytest.mark.parametrize("form", FORMS, ids=lambda form: f"{form[0]}-{form[1]}")
BOTH = pytest.mark.parametrize("dtype", PRECISIONS)


def _outputs(form):
    return SCORES if form[1] else PROBABILITIES


def _targets(form):
    dense = RNG.normal(size=(ROWS, K)) if form[0] in ("mse", "mae") else ONE_HOT
    soft = RNG.dirichlet(np.ones(K), ROWS) if "entropy" in form[0] else dense
    return {"numbers": NUMBERS, "one-hot": ONE_HOT, "dense": dense, "soft": soft}


@EACH
@BOTH
def test_value_and_gradient_are_the_oracles(form, dtype):
    out = _outputs(form).astype(dtype)
    if dtype == np.float32:
        out[0, 3] = 0.99  # 1 - 1e-7 is no float32
    for kind, y in _targets(form).items():
        y = y.astype(dtype)
        value, slope = loss_and_slope(form, out, y, 0.37)
        right, right_slope = oracle.value_and_gradient(*form, out, y)
        tolerance = TOLERANCE[out.dtype]
        assert value == pytest.approx(right, rel=tolerance), kind
        # near a clip, 1 - p keeps few digits in float32
        extra = 300 if form == ("binary_cross_entropy", False) and dtype == np.float32 else 1
        np.testing.assert_allclose(
            slope, 0.37 * right_slope, rtol=tolerance * extra, atol=tolerance, err_msg=kind
        )


@EACH
@BOTH
def test_one_output(form, dtype):
    out = _outputs(form)[:, :1].astype(dtype)
    y = (NUMBERS > 1).astype(dtype)
    value, slope = loss_and_slope(form, out, y)
    right, right_slope = oracle.value_and_gradient(*form, out, y)
    tolerance = TOLERANCE[out.dtype]
    assert value == pytest.approx(right, rel=tolerance, abs=tolerance)
    np.testing.assert_allclose(slope, right_slope, rtol=300 * tolerance, atol=tolerance)


@pytest.mark.parametrize("form", [form for form in FORMS if form[0] != "hinge"])
@BOTH
def test_class_numbers_are_read_as_one_hot_rows(form, dtype):
    """But for the hinge: there they mean Weston & Watkins, dense rows one margin a label."""
    out = _outputs(form).astype(dtype)
    value, slope = loss_and_slope(form, out, NUMBERS)
    dense, dense_slope = loss_and_slope(form, out, ONE_HOT)
    assert value == pytest.approx(dense, rel=TOLERANCE[out.dtype])
    assert close(slope, dense_slope, TOLERANCE[out.dtype])


@EACH
@BOTH
@pytest.mark.parametrize("targets", [NUMBERS, ONE_HOT], ids=["numbers", "dense"])
def test_nan_in_any_output_makes_the_loss_nan(form, dtype, targets):
    for column in range(K):
        out = _outputs(form).astype(dtype)
        out[5, column] = np.nan
        assert np.isnan(loss_and_slope(form, out, targets)[0]), column


@EACH
@BOTH
def test_an_infinite_output_is_seen_in_the_loss_unless_it_is_right(form, dtype):
    for column in range(K):
        out = _outputs(form).astype(dtype)
        out[5, column] = np.inf
        value, _ = loss_and_slope(form, out, NUMBERS)
        right = column == NUMBERS[5, 0] and form[0] == "hinge"
        clipped = form == ("binary_cross_entropy", False)
        assert np.isfinite(value) == (right or clipped), column


def test_logits_far_out_are_exact():
    out = np.array([[1000.0, 0.0], [-1000.0, 0.0]])
    assert loss_and_slope(("cross_entropy", True), out, [[1.0], [0.0]])[0] == 2000.0
    assert loss_and_slope(("binary_cross_entropy", True), out, [[0.0, 1], [1, 1]])[0] == (
        pytest.approx(2000 + 2 * np.log(2))
    )


def test_find_needs_no_form_where_there_is_one():
    assert find("mse", False) is find("mse", True) is LOSSES["mse", True]
    assert find("cross_entropy", False) is not find("cross_entropy", True)
