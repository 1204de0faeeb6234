import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nndoctor.data import split, split_by_time, split_last
from nndoctor.errors import DataError

from .helpers import refused

SHARES = st.floats(0, 0.99)


@given(st.integers(3, 300), SHARES, SHARES, st.integers(0, 2**32), st.booleans())
def test_parts_are_disjoint_complete_and_never_empty(n, validation, test, seed, labelled):
    assume(validation + test < 1)
    labels = np.arange(n) % 2 if labelled else None
    parts = split(n, validation, test, seed, labels)
    assert sorted(np.concatenate(parts).tolist()) == list(range(n))
    assert len(parts[0]) >= 1
    assert (len(parts[1]) > 0) == (validation > 0)
    assert (len(parts[2]) > 0) == (test > 0)


@given(st.integers(10, 200), st.integers(0, 99))
def test_sizes_are_the_shares(n, seed):
    _, validation, test = split(n, 0.25, 0.1, seed)
    assert len(validation) == round(n * 0.25)
    assert len(test) == round(n * 0.1)


def test_the_seed_decides():
    first, again, other = (np.concatenate(split(50, 0.3, 0.1, seed)) for seed in (1, 1, 2))
    assert first.tolist() == again.tolist()
    assert first.tolist() != other.tolist()


@given(st.integers(0, 1000))
def test_classes_keep_their_shares(seed):
    labels = np.array(["a"] * 80 + ["b"] * 20, object)
    parts = split(100, 0.2, 0.2, seed, labels)
    assert [int((labels[part] == "b").sum()) for part in parts] == [12, 4, 4]


def test_a_class_too_rare_is_split_by_chance_and_rows_still_add_up():
    labels = np.array([0] * 29 + [1])
    in_training = {29 in split(30, 0.5, 0.0, seed, labels)[0] for seed in range(20)}
    assert in_training == {True, False}


def test_a_class_too_rare_for_the_smallest_part_is_split_by_chance():
    labels = np.array([0] * 26 + [1] * 4)  # of which a tenth is less than a row
    held = {int(labels[split(30, 0.1, 0.0, seed, labels)[1]].sum()) for seed in range(40)}
    assert len(held) > 1
    labels = np.array([0] * 20 + [1] * 10)  # of which it is one
    held = {int(labels[split(30, 0.1, 0.0, seed, labels)[1]].sum()) for seed in range(40)}
    assert held == {1}


@pytest.mark.parametrize(
    ("validation", "test"), [(0.6, 0.4), (-0.1, 0.2), (float("nan"), 0.0), (1.0, 0.0)]
)
def test_impossible_shares(validation, test):
    (mistake,) = refused(lambda: split(10, validation, test, 0))
    assert f"validation = {validation} and test = {test}" in mistake.problem
    assert "below 1" in mistake.hint


def test_too_few_rows():
    (mistake,) = refused(lambda: split(2, 0.2, 0.2, 0))
    assert "2 rows can't be split into 3 parts" in mistake.problem
    assert mistake.hint


def copies(seed, most=5, rows=300):
    """Groups of one to `most` rows, mixed."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, most + 1, rows)
    return rng.permutation(np.repeat(np.arange(rows), sizes)[:rows])


@given(st.integers(4, 300), SHARES, SHARES, st.integers(0, 2**32), st.booleans())
def test_groups_stay_whole_and_no_part_is_empty(n, validation, test, seed, labelled):
    assume(validation + test < 1)
    groups = copies(seed, rows=n)
    assume(len(np.unique(groups)) >= 3)
    labels = np.arange(n) % 2 if labelled else None
    parts = split(n, validation, test, seed, labels, groups)
    assert sorted(np.concatenate(parts).tolist()) == list(range(n))
    assert [len(part) > 0 for part in parts] == [True, validation > 0, test > 0]
    seen = [set(groups[part].tolist()) for part in parts]
    assert len(set().union(*seen)) == sum(map(len, seen))


@given(st.integers(0, 1000))
def test_groups_leave_sizes_and_classes_nearly_in_their_shares(seed):
    groups = copies(seed)
    labels = groups % 4 == 0
    parts = split(300, 0.2, 0.1, seed, labels, groups)
    for part, share in zip(parts, (0.7, 0.2, 0.1), strict=True):
        assert len(part) == pytest.approx(300 * share, abs=8)
        assert labels[part].sum() == pytest.approx(labels.sum() * share, abs=8)


def test_groups_of_mixed_classes_leave_each_class_its_share():
    """Pairs that hold both classes, as measurements of one patient do, beside single rows."""
    groups = np.concatenate([np.repeat(np.arange(400), 2), np.arange(400, 1000)])
    labels = np.concatenate([np.tile([1, 0], 400), np.repeat([0, 1], [500, 100])])
    for seed in range(5):
        held = split(1400, 0.2, 0.0, seed, labels, groups).validation
        assert abs(labels[held].mean() - labels.mean()) < 0.02
        assert abs(len(held) - 280) <= 2


def test_groups_of_one_row_change_nothing_and_the_seed_decides():
    labels = np.arange(60) % 3
    bare, alone = (
        split(60, 0.2, 0.1, 4, labels),
        split(60, 0.2, 0.1, 4, labels, np.arange(60)[::-1]),
    )
    assert all((a == b).all() for a, b in zip(bare, alone, strict=True))
    groups = copies(0)
    first, again, other = (split(300, 0.2, 0.0, s, None, groups)[1].tolist() for s in (1, 1, 2))
    assert first == again
    assert sorted(first) != sorted(other)


def test_one_large_group_goes_to_training():
    groups = np.concatenate([np.zeros(60, int), np.arange(1, 41)])
    for seed in range(20):
        train, held, _ = split(100, 0.2, 0.0, seed, None, groups)
        assert (groups[train] == 0).sum() == 60
        assert len(held) == pytest.approx(20, abs=5)


def test_fewer_different_rows_than_parts():
    (mistake,) = refused(lambda: split(10, 0.2, 0.2, 0, None, np.arange(10) % 2))
    assert "2 groups of rows can't be split into 3 parts" in mistake.problem
    assert "--split random" in mistake.hint


@given(st.integers(5, 200), st.integers(0, 999))
def test_by_time_the_last_rows_are_held_out(n, seed):
    moments = np.random.default_rng(seed).permutation(n).astype(float)
    train, validation, test = split_by_time(moments, 0.2, 0.2)
    assert sorted([*train, *validation, *test]) == list(range(n))
    assert moments[train].max() < moments[validation].min()
    assert moments[validation].max() < moments[test].min()


def test_rows_of_one_moment_stay_together():
    moments = np.repeat(np.arange(20.0), 5)
    train, validation, _ = split_by_time(moments, 0.23, 0.0)
    assert not set(moments[train]) & set(moments[validation])
    assert len(validation) == 25


def test_rows_without_a_moment_are_trained_on():
    moments = np.where(np.arange(10) < 3, np.nan, np.arange(10.0))
    train, validation, _ = split_by_time(moments, 0.2, 0.0)
    assert {0, 1, 2} <= set(train)
    assert sorted(validation) == [8, 9]


def test_all_rows_of_one_moment_are_cut_in_the_order_of_the_file():
    train, validation, _ = split_by_time(np.zeros(10), 0.2, 0.0)
    assert (sorted(train), sorted(validation)) == (list(range(8)), [8, 9])


@pytest.mark.parametrize(("rows", "share"), [(50, 0.25), (10, 0.2), (7, 0.5), (1000, 0.333)])
def test_the_last_rows_are_those_of_keras(rows, share):
    """Keras trains on the first int(rows * (1 - validation_split))."""
    parts = split_last(rows, share, 0.0)
    np.testing.assert_array_equal(parts.train, np.arange(int(rows * (1.0 - share))))
    np.testing.assert_array_equal(np.concatenate(parts), np.arange(rows))


def test_the_last_rows_are_tested_on_those_before_them_validated():
    parts = split_last(20, 0.25, 0.25)
    assert [len(part) for part in parts] == [10, 5, 5]
    np.testing.assert_array_equal(np.concatenate(parts), np.arange(20))
    with pytest.raises(DataError, match="1 rows can't be split"):
        split_last(1, 0.5, 0.0)
