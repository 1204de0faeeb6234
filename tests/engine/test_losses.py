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
DISTANCES = ("mse", "msle", "mae", "huber", "log_cosh")
EACH = pytest.mark.parametrize("form", FORMS, ids=lambda form: f"{form[0]}-{form[1]}")
BOTH = pytest.mark.parametrize("dtype", PRECISIONS)


def _outputs(form):
    return SCORES if form[1] else PROBABILITIES


def _targets(form):
    dense = RNG.normal(size=(ROWS, K)) if form[0] in DISTANCES else ONE_HOT
    soft = dense
    if "entropy" in form[0] or form[0] == "kl_divergence":
        soft = RNG.dirichlet(np.ones(K), ROWS)
        soft[1] = [0.0, 0.0, 0.75, 0.5]  # neither without zeros nor adding up to 1
    return {"numbers": NUMBERS, "one-hot": ONE_HOT, "dense": dense, "soft": soft}


def _settings(form):
    return [0.3, 1.0, 50.0] if LOSSES[form].settings else [None]


@EACH
@BOTH
def test_value_and_gradient_are_the_oracles(form, dtype):
    out = _outputs(form).astype(dtype)
    tolerance = TOLERANCE[out.dtype]
    if dtype == np.float32:
        out[0, 3] = 0.99  # 1 - 1e-7 is no float32
    for s in _settings(form):
        for kind, y in _targets(form).items():
            y = y.astype(dtype)
            values, slope = loss_and_slope(form, out, y, s)
            right, right_slope = oracle.value_and_gradient(*form, out, y, s and float(dtype(s)))
            np.testing.assert_allclose(values, right, rtol=tolerance, atol=tolerance, err_msg=kind)
            # near a clip, 1 - p keeps few digits in float32
            extra = 300 if form == ("binary_cross_entropy", False) and dtype == np.float32 else 1
            np.testing.assert_allclose(
                slope, right_slope, rtol=tolerance * extra, atol=tolerance, err_msg=kind
            )


@EACH
@BOTH
def test_one_output(form, dtype):
    out = _outputs(form)[:, :1].astype(dtype)
    y = (NUMBERS > 1).astype(dtype)
    values, slope = loss_and_slope(form, out, y)
    right, right_slope = oracle.value_and_gradient(*form, out, y)
    tolerance = TOLERANCE[out.dtype]
    np.testing.assert_allclose(values, right, rtol=tolerance, atol=tolerance)
    np.testing.assert_allclose(slope, right_slope, rtol=300 * tolerance, atol=tolerance)


@pytest.mark.parametrize("form", [form for form in FORMS if form[0] != "hinge"])
@BOTH
def test_class_numbers_are_read_as_one_hot_rows(form, dtype):
    """But for the hinge: there they mean Weston & Watkins, dense rows one margin a label."""
    out = _outputs(form).astype(dtype)
    values, slope = loss_and_slope(form, out, NUMBERS)
    dense, dense_slope = loss_and_slope(form, out, ONE_HOT)
    assert close(values, dense, TOLERANCE[out.dtype])
    assert close(slope, dense_slope, TOLERANCE[out.dtype])


@EACH
@BOTH
@pytest.mark.parametrize("targets", [NUMBERS, ONE_HOT], ids=["numbers", "dense"])
def test_nan_in_any_output_makes_the_loss_of_its_row_nan(form, dtype, targets):
    for column in range(K):
        out = _outputs(form).astype(dtype)
        out[5, column] = np.nan
        values = loss_and_slope(form, out, targets)[0]
        assert np.flatnonzero(np.isnan(values)).tolist() == [5], column


@EACH
@BOTH
def test_an_infinite_output_is_seen_in_the_loss_unless_it_is_right(form, dtype):
    for column in range(K):
        out = _outputs(form).astype(dtype)
        out[5, column] = np.inf
        values, _ = loss_and_slope(form, out, NUMBERS)
        right = column == NUMBERS[5, 0] and form[0] == "hinge"
        clipped = form == ("binary_cross_entropy", False)
        assert np.isfinite(values[5]) == (right or clipped), column


def test_logits_far_out_are_exact():
    out = np.array([[1000.0, 0.0], [-1000.0, 0.0]])
    numbers = np.array([[1.0], [0.0]])
    assert loss_and_slope(("cross_entropy", True), out, numbers)[0].tolist() == [1000, 1000]
    assert loss_and_slope(("binary_cross_entropy", True), out, [[0.0, 1], [1, 1]])[0] == (
        pytest.approx(1000 + np.log(2))
    )


@BOTH
def test_log_cosh_keeps_its_digits_near_0_and_does_not_overflow(dtype):
    gaps = np.array([[1e-10], [1e-3], [0.99999], [1.0], [1.00001], [90.0], [1e30]], dtype)
    values, _ = loss_and_slope(("log_cosh", True), gaps, np.zeros_like(gaps))
    g = gaps[:, 0].astype(float)
    right = np.where(g < 0.01, g**2 / 2 - g**4 / 12 + g**6 / 45, np.logaddexp(g, -g) - np.log(2))
    np.testing.assert_allclose(values, right, rtol=5e-7 if dtype == np.float32 else 1e-14)


def test_a_divergence_is_0_where_the_outputs_are_the_targets():
    soft = RNG.dirichlet(np.ones(K), ROWS)
    for form, out in ((("kl_divergence", True), np.log(soft)), (("kl_divergence", False), soft)):
        values, slope = loss_and_slope(form, out, soft)
        assert np.abs(values).max() < 1e-12
        assert np.abs(slope - slope.mean(axis=1, keepdims=True)).max() < 1e-12


def test_a_huber_loss_is_half_the_square_up_to_delta_and_a_line_beyond():
    gaps = np.array([[0.5], [2.0], [5.0]])
    values, slope = loss_and_slope(("huber", True), gaps, np.zeros_like(gaps), 2.0)
    assert values.tolist() == [0.125, 2.0, 8.0]
    assert slope.tolist() == [[0.5], [2.0], [2.0]]


def test_find_needs_no_form_where_there_is_one():
    assert find("mse", False) is find("mse", True) is LOSSES["mse", True]
    assert find("cross_entropy", False) is not find("cross_entropy", True)
