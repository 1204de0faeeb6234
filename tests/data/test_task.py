import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nndoctor.data import encode_target, guess_task

from .helpers import dataset, refused


def made(y, targets=("y",)):
    y = np.asarray(y)
    return dataset(np.zeros((len(y), 1)), y, targets)


@pytest.mark.parametrize(
    ("y", "kind", "why"),
    [
        (["a", "b"], "classification", "text"),
        ([True, False], "classification", "true or false"),
        ([0, 1, 1, 0], "classification", "2 distinct whole numbers"),
        ([0.0, 1.0, 2.0] * 4, "classification", "3 distinct whole numbers"),
        ([0, 1, 2] * 3, "regression", "3 distinct whole numbers in 9 rows"),
        (list(range(20)) * 4, "classification", "20 distinct"),
        (list(range(21)) * 9, "regression", "21 distinct"),
        ([20, 40], "regression", "2 distinct whole numbers in 2 rows"),
        ([0.5, 1.5] * 50, "regression", "not all whole"),
        ([[0, 1], [1, 1]], "multilabel", "all 2 targets are 0 or 1"),
        ([[0, 1], [1, 0]], "classification", "one 1"),
        ([[0, 2], [1, 1]], "regression", "not all 0 or 1"),
    ],
)
def test_guess(y, kind, why):
    found, reason = guess_task(made(y, ("p", "q")))
    assert found == kind
    assert why in reason


ACCIDENTS = [0, 1, 2, 3, 5, 8, 12, 20, 30]
FREQUENCIES = [
    (ACCIDENTS, [121, 26, 19, 15, 13, 2, 2, 1, 1], "regression"),
    (range(9), [843, 66, 34, 22, 12, 14, 3, 1, 1], "regression"),  # claims
    (range(8), [893, 1118, 660, 244, 63, 16, 4, 2], "regression"),  # around 1, hardly above 5
    (range(1, 13), [160, 127, 97, 66, 37, 32, 25, 15, 13, 9, 6, 4], "regression"),  # visits
    (range(5), [164, 55, 36, 35, 13], "classification"),  # severity of a heart disease
    (range(7), [50] * 7, "classification"),  # in equal parts, as digits are
    (range(8), [143, 77, 2, 2, 35, 20, 5, 52], "classification"),  # places in a cell, by alphabet
    (range(1, 11), [245, 203, 132, 64, 50, 37, 22, 15, 14, 8], "classification"),  # ratings
    (range(-3, 7), [245, 203, 132, 64, 50, 37, 22, 15, 14, 8], "classification"),
]


@pytest.mark.parametrize(("values", "rows", "kind"), FREQUENCIES)
def test_counts_are_the_rarer_the_larger_they_are_and_codes_and_ratings_are_not(values, rows, kind):
    found, reason = guess_task(made(np.repeat([*values], rows)))
    assert found == kind
    assert ("as counts are" in reason) is (kind == "regression")


def test_hardly_any_order_of_codes_passes_for_counts():
    rng, rows = np.random.default_rng(0), [400, 210, 120, 70, 40, 22, 12, 6]
    kinds = [guess_task(made(np.repeat(range(8), rng.permutation(rows))))[0] for _ in range(2000)]
    assert kinds.count("regression") <= 8  # of 2 by lot


@given(st.lists(st.sampled_from([3, -7, 10, 250]), min_size=2).filter(lambda y: len(set(y)) > 1))
def test_class_numbers_name_their_labels(y):
    target = encode_target(made(y), "classification", "class")
    assert [int(target.labels[i]) for i in target.y[:, 0]] == y
    assert list(map(int, target.labels)) == sorted(set(y))
    assert target.y.shape == (len(y), 1)


@given(st.lists(st.text(max_size=3), min_size=2).filter(lambda y: len(set(y)) > 1))
def test_text_labels_survive_encoding(y):
    target = encode_target(made(np.array(y, object)), "classification", "class")
    assert [target.labels[i] for i in target.y[:, 0]] == y


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=2).filter(lambda y: len(set(y)) > 1),
)
def test_numeric_encoding_keeps_the_values(y):
    target = encode_target(made(y), "classification", "numeric")
    assert target.y[:, 0].tolist() == y
    assert target.values == tuple(sorted(set(y)))
    assert target.y.dtype == np.float64


def test_numeric_encoding_of_text_counts_the_labels():
    target = encode_target(made(["no", "yes", "no"]), "classification", "numeric")
    assert target.y.tolist() == [[0], [1], [0]]
    assert (target.labels, target.values) == (("no", "yes"), (0.0, 1.0))


def test_whole_floats_are_printed_as_integers():
    labels = encode_target(made([10.0, 2.0, 0.5]), "classification", "class").labels
    assert labels == ("0.5", "2", "10")


def test_classes_given_keep_labels_that_do_not_occur():
    target = encode_target(made([0.0, 3.0]), "classification", "class", classes=5)
    assert target.y.tolist() == [[0], [3]]
    assert target.labels == ("0", "1", "2", "3", "4")
    assert encode_target(made([1, 3]), "classification", "numeric", classes=4).values == (
        0,
        1,
        2,
        3,
    )


def test_classes_given_for_fewer_text_labels():
    target = encode_target(made(["a", "b"]), "classification", "class", classes=3)
    assert target.labels == ("a", "b", "2")


@pytest.mark.parametrize("bad", [5, -1, 1.5])
def test_labels_outside_the_classes_are_refused_with_row_and_value(bad):
    (mistake,) = refused(
        lambda: encode_target(made([0, 1, bad]), "classification", "class", classes=5)
    )
    assert f"label {bad} in row 3, outside 0 to 4" in mistake.problem
    assert "0 to 4" in mistake.hint


def test_more_text_labels_than_classes():
    (mistake,) = refused(
        lambda: encode_target(made(["a", "b", "c"]), "classification", "class", classes=2)
    )
    assert "3 labels, classes = 2" in mistake.problem
    assert "data.classes = 3" in mistake.hint


@pytest.mark.parametrize("kind", ["classification", "regression", "multilabel"])
def test_one_value_has_nothing_to_learn(kind):
    (mistake,) = refused(lambda: encode_target(made([1.0, 1.0]), kind, "class"))
    assert "has one value, '1', in all 2 rows" in mistake.problem
    assert "nothing to learn" in mistake.hint


def test_one_value_among_known_classes_can_be_run():
    target = encode_target(made([0, 0]), "classification", "class", classes=10)
    assert target.y.tolist() == [[0], [0]]


def test_regression_and_multilabel_are_floats():
    assert encode_target(made([1, 2]), "regression", "class").y.tolist() == [[1.0], [2.0]]
    both = encode_target(made([[0, 1], [1, 1]], ("p", "q")), "multilabel", "class")
    assert both.labels == ("p", "q")
    assert both.y.dtype == np.float64


def test_one_hot_targets_become_classes():
    data = made([[0, 1], [1, 0]], ("p", "q"))
    target = encode_target(data, "classification", "class")
    assert (target.y.tolist(), target.labels) == ([[1], [0]], ("p", "q"))


def test_text_is_no_regression():
    (mistake,) = refused(lambda: encode_target(made(["a", "b"]), "regression", "numeric"))
    assert "'y' is text, such as 'a'" in mistake.problem
    assert "classification" in mistake.hint


def test_several_targets_are_no_classification():
    data = made([[1, 1], [1, 0]], ("p", "q"))
    (mistake,) = refused(lambda: encode_target(data, "classification", "class"))
    assert "one target, got 2" in mistake.problem
    assert "multilabel" in mistake.hint


def test_multilabel_is_zero_or_one():
    data = made([[1, 0], [1, 3]], ("p", "q"))
    (mistake,) = refused(lambda: encode_target(data, "multilabel", "class"))
    assert "'q' has 3 in row 2" in mistake.problem
    assert "0 or 1" in mistake.hint
