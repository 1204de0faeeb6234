import numpy as np
import pytest

from nndoctor.data import equal_rows, repeated_share


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64, np.uint8, bool])
def test_equal_rows_share_a_number_and_others_do_not(dtype):
    x = np.random.default_rng(0).integers(0, 2, (200, 5)).astype(dtype)
    groups = equal_rows(x)
    same = (x[:, None] == x[None]).all(axis=2)
    assert ((groups[:, None] == groups[None]) == same).all()
    assert repeated_share(x) == pytest.approx((same.sum(axis=1) > 1).mean())


def test_order_of_columns_matters_and_what_is_written_differently_is_equal():
    x = np.array([[1.0, 2.0], [2.0, 1.0], [0.0, np.nan], [-0.0, -np.nan]])
    groups = equal_rows(x)
    assert groups[0] != groups[1]
    assert groups[2] == groups[3]
    assert repeated_share(x) == 0.5


@pytest.mark.parametrize("rows", [0, 1])
def test_nothing_repeats_in_a_table_of_no_or_one_row(rows):
    assert repeated_share(np.zeros((rows, 3))) == 0.0


def test_measured_numbers_do_not_repeat():
    assert repeated_share(np.random.default_rng(0).normal(size=(5000, 3))) == 0.0
