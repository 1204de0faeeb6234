"""ND111, ND112, ND115 to ND117: what is wrong with targets, or knows them."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_iris, load_wine

from nndoctor.checks.data.class_balance import ClassBalance, Classes
from nndoctor.checks.data.label_errors import Doubts, LabelErrors
from nndoctor.checks.data.parameter_count import ParameterCount
from nndoctor.checks.data.target_leak import Knows, TargetLeak
from nndoctor.checks.data.target_scale import Targets, TargetScale
from nndoctor.findings import Status
from nndoctor.trainable import Batch, Task

from .tables import REGRESSION, SEEDS, normal, table

OK, NOTE, WARNING, ERROR = Status.OK, Status.NOTE, Status.WARNING, Status.ERROR
REAL = [load_breast_cancer, load_digits, load_iris, load_wine]


@pytest.mark.parametrize("load", REAL)
@pytest.mark.parametrize("check", [ClassBalance, TargetLeak, LabelErrors])
def test_real_classes_are_left_alone(load, check):
    data = load()
    for seed in SEEDS:
        found = check().examine(table(data.data, data.target, seed=seed))
        assert found.status in (OK, Status.SKIP)


class TestBalance:
    """ND111."""

    @pytest.mark.parametrize(
        ("counts", "status", "cause"),
        [
            ((100, 100), OK, ()),
            ((200, 70), OK, ()),
            ((210, 70), NOTE, ("class_imbalance",)),
            ((899, 101), NOTE, ("class_imbalance",)),
            ((900, 100), WARNING, ("class_imbalance",)),
            ((100, 90, 9), NOTE, ("class_imbalance",)),
            ((100, 0), ERROR, ("degenerate_labels",)),
            ((100, 0, 0), ERROR, ("labels_wrong_encoding", "degenerate_labels")),
            ((100,), ERROR, ("degenerate_labels",)),
            ((100, 90, 0), NOTE, ("degenerate_labels",)),
            ((100, 90, 0, 0, 0), WARNING, ("degenerate_labels",)),
        ],
    )
    def test_judging(self, counts, status, cause):
        names = tuple("abcde"[: len(counts)])
        found = ClassBalance().judge(Classes(names, counts, sum(counts)))
        assert (found.status, found.suggests) == (status, cause)
        assert found.measured == max(counts) / sum(counts)
        assert [row[1] for row in found.evidence[0].rows] == list(counts)

    def test_classes_that_only_held_out_rows_have_are_no_matter_of_encoding(self):
        found = ClassBalance().judge(Classes(("a", "b"), (100, 0), 100, elsewhere=1))
        assert (found.status, found.suggests) == (ERROR, ("degenerate_labels",))

    @pytest.mark.parametrize("seed", SEEDS)
    def test_missing_labels_and_classes_that_never_occur(self, seed):
        y = np.random.default_rng(seed).choice([0.0, 1.0, np.nan], 300)
        found = ClassBalance().examine(table(normal(seed)[0], y, labels=("a", "b", "c")))
        assert found.status is NOTE
        counts = [row[1] for row in found.evidence[0].rows]
        assert counts == [(y == 0).sum(), (y == 1).sum(), 0]

    def test_a_label_that_never_changes(self):
        y = np.column_stack([np.arange(50) % 2, np.ones(50)])
        found = ClassBalance().examine(table(np.zeros((50, 1)), y, "multilabel"))
        assert found.status is WARNING
        assert "'y1'" in found.message

    def test_a_regression_has_no_classes(self):
        made = table(*normal(0), "regression")
        assert ClassBalance().examine(made).status is Status.SKIP


def targets(mean=0.0, std=1.0, outside=0.0, spacing=None):
    one = (np.array([value]) for value in (mean, std, mean - std, mean + std, outside))
    return Targets(("y",), *one, "sigmoid", spacing)


class TestScale:
    """ND112."""

    @pytest.mark.parametrize(
        ("activation", "low", "high"),
        [("sigmoid", 0, 1), ("softmax", 0, 1), ("tanh", -1, 1), ("relu", 0, 9), ("linear", -9, 9)],
    )
    @pytest.mark.parametrize("seed", SEEDS)
    def test_what_the_last_activation_can_put_out(self, seed, activation, low, high):
        y = np.random.default_rng(seed).uniform(low, high, (200, 1))
        task = replace(REGRESSION, output_activation=activation)
        within = table(np.zeros((200, 1)), y, "regression", task=task)
        assert TargetScale().examine(within).status in (OK, NOTE)
        if activation != "linear":
            outside = table(np.zeros((200, 1)), y - 0.5 * (high - low), "regression", task=task)
            found = TargetScale().examine(outside)
            assert found.status is ERROR
            assert found.suggests[0] == "wrong_output_activation"
            assert found.measured == pytest.approx((y - 0.5 * (high - low) < low).mean())

    @pytest.mark.parametrize("seed", SEEDS)
    @pytest.mark.parametrize(
        ("factor", "status"), [(1, OK), (5, NOTE), (1e3, WARNING), (1e-3, WARNING), (0, ERROR)]
    )
    def test_size_as_the_loss_sees_it(self, seed, factor, status):
        x, _ = normal(seed)
        y = factor * np.random.default_rng(seed).normal(size=(300, 1))
        assert TargetScale().examine(table(x, y, "regression")).status is status
        scaled = table(x, y, "regression", prepared=Batch(x, x[:, :1]))
        assert TargetScale().examine(scaled).status is OK

    def test_labels_divided_like_pixels(self):
        x, _ = normal(0)
        y = np.arange(300)[:, None] % 10 / 255
        values = tuple(k / 255 for k in range(10))
        task = Task("classification", "mse", 1, values=values)
        found = TargetScale().examine(
            table(x, np.arange(300) % 10, task=task, prepared=Batch(x, y))
        )
        assert (found.status, found.suggests) == (WARNING, ("labels_wrong_encoding",))

    def test_a_target_of_one_value_that_training_refuses(self):
        made = table(normal(0)[0], np.full(300, 2.5), "regression", prepared=None, task=None)
        found = TargetScale().examine(made)
        assert (found.status, found.suggests) == (ERROR, ("degenerate_labels",))

    def test_class_numbers_have_no_scale(self):
        assert TargetScale().examine(table(*normal(0))).status is Status.SKIP

    @pytest.mark.parametrize(
        ("seen", "status"),
        [
            (targets(outside=0.01), WARNING),
            (targets(outside=0.011), ERROR),
            (targets(std=2.9), OK),
            (targets(std=3.1), NOTE),
            (targets(mean=9.9), NOTE),
            (targets(mean=10.1), WARNING),
            (targets(std=0.0101), OK),
            (targets(std=0.0099), WARNING),
            (targets(mean=np.nan), WARNING),
            (targets(spacing=0.11), OK),
            (targets(spacing=0.09), WARNING),
            (targets(mean=100.0, spacing=1.0), OK),
        ],
    )
    def test_judging(self, seen, status):
        assert TargetScale().judge(seen).status is status


def test_classes_that_only_held_out_rows_have_are_a_warning():
    """Of rows sorted by class the last ones are held out; one rare row may fall anywhere."""
    x = normal(0, 200)[0]
    sorted_, last = np.arange(200) // 50, slice(150, None)
    made = table(x[:150], sorted_[:150])
    made = replace(
        made, labels=tuple("abcd"), validation=replace(made.train, x=x[last], y=sorted_[last, None])
    )
    found = ClassBalance().examine(made)
    assert (found.status, found.suggests) == (WARNING, ("train_test_mismatch",))
    assert (
        found.message
        == "1 class of 4 without training rows: 'd'; 50 held-out rows are of such a class"
    )
    one = np.where(np.arange(50) == 7, 3, 2)[:, None]
    found = ClassBalance().examine(replace(made, validation=replace(made.train, x=x[last], y=one)))
    assert found.status is NOTE


class TestLeak:
    """ND115."""

    @pytest.mark.parametrize("seed", SEEDS)
    def test_a_number_given_out_class_by_class(self, seed):
        x, y = normal(seed, 400, apart=0.5)
        x[:, 2] = np.argsort(np.argsort(y, kind="stable"))
        found = TargetLeak().examine(table(x, y, seed=seed))
        assert (found.status, found.where.column) == (WARNING, "x2")
        assert found.suggests == ("data_leak",)

    @pytest.mark.parametrize("seed", SEEDS)
    def test_a_copy_of_the_class_is_an_error(self, seed):
        x, y = normal(seed, apart=0.5)
        x[:, 4] = 7 - 3 * y
        assert TargetLeak().examine(table(x, y)).status is ERROR

    @pytest.mark.parametrize("seed", SEEDS)
    @pytest.mark.parametrize(("noise", "status"), [(0, ERROR), (0.01, WARNING), (2, OK)])
    def test_a_number_in_another_unit(self, seed, noise, status):
        rng = np.random.default_rng(seed)
        x = rng.normal(size=(400, 4))
        y = x.sum(axis=1) + 4 * rng.normal(size=400)
        x[:, 1] = 2.54 * y + 1 + noise * rng.normal(size=400)
        assert TargetLeak().examine(table(x, y, "regression")).status is status

    @pytest.mark.parametrize("seed", SEEDS)
    @pytest.mark.parametrize("kind", ["regression", "classification"])
    def test_a_copy_among_few_features_is_a_note(self, seed, kind):
        rng = np.random.default_rng(seed)
        y = rng.normal(size=400) if kind == "regression" else rng.integers(0, 3, 400)
        x = np.column_stack([rng.normal(size=400), 3 * y + 1])
        found = TargetLeak().examine(table(x, y, kind))
        assert (found.status, found.where.column) == (NOTE, "x1")
        assert found.message.startswith("'x1' is a copy of the target")
        assert TargetLeak().examine(table(x[:, 1:], y, kind)).status is NOTE
        twice = np.column_stack([x[:, 0], x, np.ones(400)])  # four columns of two kinds
        found = TargetLeak().examine(table(twice, y, kind))
        assert (found.status, found.where.column) == (NOTE, "x2")
        x[:, 1] += rng.normal(size=400)
        assert TargetLeak().examine(table(x, y, kind)).status is Status.SKIP
        both = np.column_stack([y, -y])  # nothing else is known of the rows
        assert TargetLeak().examine(table(both, y, kind)).status is Status.SKIP

    def test_less_than_nothing_is_nothing(self):
        found = TargetLeak().judge([Knows("c", -0.06, np.nan)])
        assert found.message.endswith("the best, 'c', answers no better than a constant")

    @pytest.mark.parametrize("seed", SEEDS)
    def test_what_is_missing_may_tell(self, seed):
        x, y = normal(seed, apart=0.5)
        x[y == 1, 3] = np.nan
        assert TargetLeak().examine(table(x, y)).where.column == "x3"

    @pytest.mark.parametrize("seed", SEEDS)
    def test_a_text_copy_of_three_classes_is_an_error_though_others_know_them(self, seed):
        iris = load_iris()
        code = np.eye(3)[np.array([2, 0, 1])[iris.target]]
        made = table(np.hstack([iris.data, code]), iris.target, seed=seed)
        made = replace(made, origins=("a", "b", "c", "d", *["species_code"] * 3))
        found = TargetLeak().examine(made)
        assert (found.status, found.where.column) == (ERROR, "species_code")
        finer = np.eye(6)[2 * iris.target + np.arange(150) % 2]
        made = table(np.hstack([iris.data, finer]), iris.target, seed=seed)
        made = replace(made, origins=("a", "b", "c", "d", *["variety"] * 6))
        found = TargetLeak().examine(made)
        assert (found.status, found.where.column) == (WARNING, "variety")

    @pytest.mark.parametrize("seed", SEEDS)
    def test_levels_that_mostly_or_each_alone_go_with_a_class_are_none(self, seed):
        iris, rng = load_iris(), np.random.default_rng(seed)
        usual = np.where(rng.random(150) < 0.05, (iris.target + 1) % 3, iris.target)
        name = np.eye(75)[25 * iris.target + rng.permutation(150) % 25]  # a few rows each
        for levels in (np.eye(3)[usual], name):
            made = table(np.hstack([iris.data, levels]), iris.target, seed=seed)
            made = replace(made, origins=("a", "b", "c", "d", *["kind"] * levels.shape[1]))
            assert TargetLeak().examine(made).status is OK

    def test_easy_data_are_no_leak(self):
        iris = load_iris()
        easy = table(iris.data, iris.target == 0)
        assert TargetLeak().examine(easy).measured > 0.95
        assert TargetLeak().examine(easy).status is OK
        sugar = load_diabetes(scaled=False)
        assert TargetLeak().examine(table(sugar.data, sugar.target, "regression")).status is OK

    @pytest.mark.parametrize("seed", SEEDS)
    def test_rows_of_two_kinds_are_told_apart_by_every_column(self, seed):
        pair, y = np.random.default_rng(seed).normal(size=(2, 20)), np.arange(400) % 2
        assert TargetLeak().examine(table(pair[y], y)).status is Status.SKIP
        more = np.random.default_rng(seed).normal(size=(400, 3))
        found = TargetLeak().examine(table(np.hstack([pair[y], more]), y))
        assert found.status is ERROR  # what else is there knows nothing

    @pytest.mark.parametrize(
        ("alone", "rest", "copy", "status"),
        [
            (0.969, 0.0, False, OK),
            (0.97, 0.0, False, WARNING),
            (np.nan, np.nan, False, WARNING),
            (0.97, 0.85, False, WARNING),
            (0.97, 0.86, False, OK),
            (1.0, np.nan, False, WARNING),
            (1.0, 0.0, True, ERROR),
            (1.0, 1.0, True, OK),
        ],
    )
    def test_judging(self, alone, rest, copy, status):
        assert TargetLeak().judge([Knows("a", alone, rest, copy)]).status is status

    def test_constant_targets_and_few_rows_are_not_asked(self):
        x, y = normal(0)
        assert TargetLeak().examine(table(x, y * 0)).status is Status.SKIP
        assert TargetLeak().examine(table(x[:49], y[:49])).status is Status.SKIP
        assert TargetLeak().examine(table(x[:, :3], y)).status is Status.SKIP


class TestLabels:
    """ND116."""

    @pytest.mark.parametrize("seed", SEEDS)
    def test_flipped_labels_are_noted_and_named(self, seed):
        rng = np.random.default_rng(seed)
        x, y = normal(seed, 600, apart=3.0)
        flipped = rng.random(600) < 0.05
        found = LabelErrors().examine(table(x, np.where(flipped, 1 - y, y), seed=seed))
        assert found.status is NOTE
        shown = [row[0] - 1 for row in found.evidence[0].rows]
        assert flipped[shown].mean() > 0.9
        assert found.measured == pytest.approx(flipped.mean(), abs=0.02)
        assert len(shown) <= 20

    @pytest.mark.parametrize("seed", SEEDS)
    @pytest.mark.parametrize("apart", [0.0, 0.5, 1.0, 2.0, 4.0])
    def test_clean_labels_are_not_doubted_however_far_the_classes_overlap(self, seed, apart):
        found = LabelErrors().examine(table(*normal(seed, 600, apart=apart)))
        assert found.status in (OK, Status.SKIP)

    @pytest.mark.parametrize(
        ("doubted", "rows", "gain", "status"),
        [
            (4, 260, 0.9, NOTE),
            (4, 280, 0.9, OK),
            (3, 100, 0.9, OK),
            (9, 100, 0.49, Status.SKIP),
            (9, 100, np.nan, Status.SKIP),
        ],
    )
    def test_judging(self, doubted, rows, gain, status):
        seen = Doubts(rows, gain, ((1, "a", "b", 0.0),) * doubted)
        assert LabelErrors().judge(seen).status is status

    def test_only_some_rows_are_asked_and_that_is_said(self):
        found = LabelErrors().examine(table(*normal(0, 6000, apart=4.0), seed=7))
        assert "5000 of 6000 rows, seed 7" in found.message


class TestParameters:
    """ND117."""

    @pytest.mark.parametrize(("parameters", "status"), [(300, OK), (301, NOTE), (10**9, NOTE)])
    def test_more_than_rows_is_a_note(self, parameters, status):
        found = ParameterCount().examine(table(*normal(0), parameters=parameters))
        assert (found.status, found.measured) == (status, parameters / 300)
