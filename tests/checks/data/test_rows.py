"""ND107 to ND110: what is wrong among rows."""

import numpy as np
import pytest

from nndoctor import api
from nndoctor.checks.data.conflicting_labels import ConflictingLabels, Conflicts
from nndoctor.checks.data.duplicate_rows import DuplicateRows, Repeated
from nndoctor.checks.data.row_order import Order, RowOrder
from nndoctor.checks.data.shared_rows import Shared, SharedRows
from nndoctor.checks.measures.random_split import Spread
from nndoctor.findings import Status

from .tables import SEEDS, normal, rows, table

OK, NOTE, WARNING, ERROR = Status.OK, Status.NOTE, Status.WARNING, Status.ERROR


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("check", [DuplicateRows, SharedRows, ConflictingLabels, RowOrder])
def test_sound_rows_are_left_alone(check, seed):
    other = rows(*normal(seed + 100))
    assert check().examine(table(*normal(seed), validation=other)).status is OK


class TestDuplicates:
    """ND107."""

    @pytest.mark.parametrize("seed", SEEDS)
    def test_repeated_rows_are_counted_and_shown_by_number(self, seed):
        x, y = normal(seed)
        x, y = np.vstack([x, x[10:60], x[10:11]]), np.concatenate([y, y[10:60], y[10:11]])
        found = DuplicateRows().examine(table(x, y))
        assert found.status is WARNING
        assert found.measured == 51 / 351
        assert found.evidence[0].rows[0] == (11, 301, 3)

    def test_a_row_with_missing_values_can_be_there_twice(self):
        x, y = normal(0)
        x[5] = x[6] = np.nan
        x, y = np.vstack([x, x[:30]]), np.concatenate([y, y[:30]])
        assert DuplicateRows().examine(table(x, y)).measured == 30 / 330

    def test_the_same_features_with_another_target_are_no_repeat(self):
        x, y = normal(0)
        found = DuplicateRows().examine(table(np.vstack([x, x]), np.concatenate([y, 1 - y])))
        assert found.status is OK

    @pytest.mark.parametrize("seed", SEEDS)
    def test_chance_explains_repeats_in_columns_of_few_values(self, seed):
        x = np.random.default_rng(seed).integers(0, 3, (500, 5))
        found = DuplicateRows().examine(table(x))
        assert found.status is NOTE
        assert found.measured > 0.05

    @pytest.mark.parametrize("seed", range(10))
    @pytest.mark.parametrize(("kinds", "columns"), [(60, 3), (30, 2), (100, 5)])
    def test_few_rows_of_measured_numbers_copied_are_no_chance(self, seed, kinds, columns):
        rng = np.random.default_rng(seed)
        pool = np.round(rng.normal(size=(kinds, columns)), 5)
        drawn = np.concatenate([np.arange(kinds), rng.integers(0, kinds, 10 * kinds)])
        found = DuplicateRows().examine(table(pool[drawn], drawn % 2))
        assert found.status is WARNING
        assert "chance" not in found.message
        several = (np.bincount(drawn) > 1).all()
        assert (f": {kinds} distinct rows, each several times" in found.message) == several

    @pytest.mark.parametrize("seed", range(10))
    def test_whole_numbers_that_meet_are_chance(self, seed):
        """Ages from 20 to 59 of a thousand people, and how many years they have worked."""
        rng = np.random.default_rng(seed)
        age = rng.integers(20, 60, 1000)
        worked = age - rng.integers(16, 21, 1000)
        found = DuplicateRows().examine(table(np.column_stack([age, worked])))
        assert found.status is NOTE
        assert "chance" in found.message

    @pytest.mark.parametrize(
        ("repeated", "chance", "status"),
        [(0, False, OK), (50, False, NOTE), (51, False, WARNING), (999, True, NOTE)],
    )
    def test_judging(self, repeated, chance, status):
        assert DuplicateRows().judge(Repeated(1000, repeated, chance)).status is status


class TestShared:
    """ND108."""

    @pytest.mark.parametrize("seed", SEEDS)
    @pytest.mark.parametrize("part", ["validation", "test"])
    def test_training_rows_in_another_part_are_found(self, seed, part):
        x, y = normal(seed)
        mixed = rows(np.vstack([normal(seed + 50)[0][:80], x[30:50]]))
        found = SharedRows().examine(table(x, y, **{part: mixed}))
        assert (found.status, found.measured) == (WARNING, 0.2)
        assert found.evidence[0].rows[0] == (part, 81, 31)

    def test_the_same_file_twice_is_an_error(self):
        x, y = normal(0)
        assert SharedRows().examine(table(x, y, validation=rows(x, y))).status is ERROR

    def test_four_cases_are_in_every_part(self):
        x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
        found = SharedRows().examine(table(np.tile(x, (10, 1)), validation=rows(x)))
        assert found.status is NOTE

    def test_without_another_part_there_is_nothing_to_share(self):
        assert SharedRows().examine(table(*normal(0))).status is Status.SKIP

    @pytest.mark.parametrize("seed", SEEDS)
    def test_two_rows_of_many_columns_that_repeat_are_no_leak(self, seed):
        rng = np.random.default_rng(seed)
        pair = rng.normal(size=(2, 20))
        train, other = pair[np.arange(400) % 2], pair[rng.integers(0, 2, 400)]
        found = SharedRows().examine(table(train, validation=rows(other)))
        assert (found.status, found.measured, found.expected) == (NOTE, 1.0, pytest.approx(1.0))
        assert found.suggests == ("duplicate_rows",)

    @pytest.mark.parametrize("seed", SEEDS)
    @pytest.mark.parametrize("repeated", [0.1, 0.7])
    def test_rows_that_repeat_and_are_split_at_random_are_no_leak(self, seed, repeated):
        rng = np.random.default_rng(seed)
        x = rng.normal(size=(1000, 4))
        x = rng.permutation(np.concatenate([x, x[: int(1000 * repeated)]]))
        found = SharedRows().examine(table(x[300:], validation=rows(x[:300])))
        assert found.status is NOTE
        assert found.measured == pytest.approx(found.expected, abs=0.1)

    @pytest.mark.parametrize("seed", SEEDS)
    def test_rows_that_repeat_and_were_copied_across_are_a_leak(self, seed):
        rng = np.random.default_rng(seed)
        x = rng.normal(size=(1000, 4))
        x = rng.permutation(np.concatenate([x, x[:100]]))
        found = SharedRows().examine(table(x[300:], validation=rows(x[:300] * 1.0)))
        assert found.status is NOTE
        copied = np.concatenate([x[:300], x[300:400]])
        found = SharedRows().examine(table(x[300:], validation=rows(copied)))
        assert (found.status, found.suggests) == (WARNING, ("data_leak",))

    @pytest.mark.parametrize(
        ("shared", "at_random", "chance", "status"),
        [(0, 0.0, False, OK), (5, 0.0, False, NOTE), (6, 0.0, False, WARNING),
         (49, 0.0, False, WARNING), (50, 0.0, False, ERROR), (100, 0.0, True, NOTE),
         (50, 47.0, False, NOTE), (60, 50.0, False, ERROR), (100, 100.0, False, NOTE)],
    )  # fmt: skip
    def test_judging(self, shared, at_random, chance, status):
        seen = Shared("test", 100, shared, Spread(at_random, 1.0), chance)
        assert SharedRows().judge([seen]).status is status

    def test_equal_rows_of_other_groups_are_noted_where_the_split_is_by_group(self, tmp_path):
        rng, lines = np.random.default_rng(0), ["site,a,b,y"]
        for pair in range(10):
            for values in rng.normal(size=(30, 2)):
                cells = ",".join(f"{value:.3f}" for value in values)
                lines += [f"s{2 * pair + one},{cells},{rng.normal():.3f}" for one in range(2)]
        for name in ("first", "second"):
            (tmp_path / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")

        def found(*set_):
            opened = api.load_data(tmp_path / "first.csv", "y", ["data.group=site", *set_], seed=1)
            return next(f for f in api.data_report(opened).findings if f.code == "ND108")

        noted = found("data.split=group")
        assert (noted.status, noted.measured) == (NOTE, 1.0)
        assert "of other groups" in noted.message
        assert "groups" in noted.advice
        other = found(f"data.validation='{tmp_path / 'second.csv'}'")  # that no group keeps apart
        assert "of other groups" not in other.message


class TestConflicts:
    """ND109."""

    @pytest.mark.parametrize("seed", SEEDS)
    def test_the_ceiling_is_the_best_answer_of_each_group(self, seed):
        rng = np.random.default_rng(seed)
        x = rng.normal(size=(40, 3))[rng.integers(0, 40, 400)]
        y = rng.integers(0, 3, 400)
        found = ConflictingLabels().examine(table(x, y))
        best = sum(np.bincount(y[(x == row).all(axis=1)]).max() for row in np.unique(x, axis=0))
        assert found.status is WARNING
        assert found.measured == pytest.approx(best / 400)
        a, b = found.evidence[0].rows[0]
        assert (x[a - 1] == x[b - 1]).all()
        assert y[a - 1] != y[b - 1]

    def test_equal_rows_are_only_spoken_of_where_there_are_any(self):
        x, y = np.arange(8.0).reshape(4, 2), np.array([0, 1, 0, 1])
        once = ConflictingLabels().examine(table(x, y))
        assert once.message == "no two rows have the same inputs"
        twice = ConflictingLabels().examine(table(np.r_[x, x], np.r_[y, y]))
        assert twice.message == "identical rows have the same target"

    def test_the_ceiling_of_a_regression_is_the_mean_of_each_group(self):
        x, y = np.repeat([[1.5], [2.5]], 2, axis=0), np.array([0.0, 2.0, 10.0, 12.0])
        found = ConflictingLabels().examine(table(x, y, "regression"))
        assert found.status is NOTE
        assert found.measured == pytest.approx(1 - 4 / 104)

    @pytest.mark.parametrize("seed", SEEDS)
    def test_measured_numbers_agree_by_no_chance_and_rounded_ones_do(self, seed):
        rng = np.random.default_rng(seed)
        x, y = rng.normal(size=(400, 2)), rng.integers(0, 2, 400)
        copied = table(np.concatenate([x, x[:120]]), np.concatenate([y, 1 - y[:120]]))
        assert ConflictingLabels().examine(copied).status is WARNING
        rounded = table(np.round(3 * x), y)
        seen = ConflictingLabels().measure(rounded)
        assert seen.conflicting > 100
        assert seen.by_chance

    def test_rows_with_missing_values_are_no_conflict(self):
        x = np.full((10, 2), np.nan)
        assert ConflictingLabels().examine(table(x)).status is OK

    @pytest.mark.parametrize(
        ("ceiling", "measure", "chance", "status"),
        [
            (0.951, "accuracy", False, NOTE),
            (0.949, "accuracy", False, WARNING),
            (0.701, "accuracy", True, NOTE),
            (0.699, "accuracy", True, WARNING),
            (np.nan, "accuracy", False, WARNING),
            (0.1, "R^2", False, NOTE),
        ],
    )
    def test_judging(self, ceiling, measure, chance, status):
        seen = Conflicts(100, 10, ceiling, measure, chance)
        assert ConflictingLabels().judge(seen).status is status


def answers(seed, n, questions=16, parties=2, sure=0.9):
    """Yes and no to many questions, which mostly follow one's party: x [N, D] and y [N]."""
    rng = np.random.default_rng(seed)
    party = rng.integers(0, parties, n)
    lines = rng.integers(0, 2, (parties, questions))
    follows = rng.random((n, questions)) < sure
    return np.where(follows, lines[party], 1 - lines[party]).astype(float), party


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("check", [DuplicateRows, SharedRows, ConflictingLabels])
@pytest.mark.parametrize(("questions", "sure"), [(16, 0.9), (16, 0.97), (8, 0.8), (40, 0.99)])
def test_few_kinds_of_rows_are_told_but_no_fault(seed, check, questions, sure):
    x, y = answers(seed, 500, questions, sure=sure)
    y = np.where(np.random.default_rng(seed).random(500) < 0.3, 1 - y, y)  # opinions decide little
    made = table(x[:350], y[:350], validation=rows(x[350:], y[350:]))
    assert check().examine(made).status in (OK, NOTE)


@pytest.mark.parametrize("seed", SEEDS)
def test_levels_of_one_column_are_no_columns_that_chance_parts(seed):
    rng = np.random.default_rng(seed)
    kind, size = rng.integers(0, 12, 600), rng.integers(0, 40, 600)
    x = np.column_stack([np.eye(12)[kind], size])
    made = table(x, origins=(*["kind"] * 12, "size"))
    assert DuplicateRows().examine(made).status is NOTE
    fine = np.column_stack([np.eye(12)[kind], rng.normal(size=600)])
    copied = table(np.vstack([fine, fine[:90]]), origins=(*["kind"] * 12, "weight"))
    assert DuplicateRows().examine(copied).status is WARNING


class TestOrder:
    """ND110."""

    @pytest.mark.parametrize("seed", SEEDS)
    @pytest.mark.parametrize("kind", ["classification", "regression", "multilabel"])
    def test_sorted_rows_are_told_unless_they_are_shuffled(self, seed, kind):
        rng = np.random.default_rng(seed)
        y = {
            "classification": rng.integers(0, 3, 300),
            "regression": rng.normal(size=300),
            "multilabel": rng.integers(0, 2, (300, 2)),
        }[kind]
        x = rng.normal(size=(300, 2))
        ranked = y[np.lexsort(np.atleast_2d(y.T))]
        kept = {"shuffle": False, "batch_size": 8}
        assert RowOrder().examine(table(x, ranked, kind, **kept)).status is WARNING
        assert RowOrder().examine(table(x, ranked, kind)).status is OK
        assert RowOrder().examine(table(x, y, kind, **kept)).status is OK

    @pytest.mark.parametrize("seed", range(20))
    @pytest.mark.parametrize("n", [5, 40, 80])
    def test_few_random_targets_are_not_taken_for_sorted(self, seed, n):
        y = np.random.default_rng(seed).normal(size=(n, 3))
        made = table(np.zeros((n, 1)), y, "regression", shuffle=False, batch_size=16)
        assert RowOrder().examine(made).status is OK

    @pytest.mark.parametrize("size", [1, 300, 1000])
    def test_single_rows_and_all_rows_at_once_are_no_order(self, size):
        x, y = normal(0)
        found = RowOrder().examine(table(x, np.sort(y), shuffle=False, batch_size=size))
        assert found.status is OK

    @pytest.mark.parametrize(("level", "status"), [(0.5, OK), (0.51, WARNING), (np.nan, WARNING)])
    def test_judging(self, level, status):
        assert RowOrder().judge(Order(level, "alike", False, 10)).status is status
