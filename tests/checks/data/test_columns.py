"""ND101 to ND106: what is wrong in single columns."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_digits

from nndoctor.checks.data.constant_columns import ConstantColumns
from nndoctor.checks.data.duplicate_columns import DuplicateColumns
from nndoctor.checks.data.feature_scale import FeatureScale, Scales
from nndoctor.checks.data.missing_values import Missing, MissingValues
from nndoctor.checks.data.outliers import Far, Outliers
from nndoctor.checks.data.sentinel_values import Sentinel, SentinelValues
from nndoctor.checks.measures.columns_table import columns_table
from nndoctor.findings import Status
from nndoctor.trainable import Batch

from .tables import SEEDS, normal, rows, table

OK, NOTE, WARNING, ERROR = Status.OK, Status.NOTE, Status.WARNING, Status.ERROR
EVERY = (ConstantColumns, DuplicateColumns, FeatureScale, MissingValues, Outliers, SentinelValues)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("check", EVERY)
def test_sound_columns_are_left_alone(check, seed):
    assert check().examine(table(*normal(seed))).status is OK


@pytest.mark.parametrize("check", EVERY)
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_column_that_is_all_missing_breaks_no_check(check, bad):
    x, y = normal(0)
    x[:, 1] = bad
    prepared = Batch(x[:, [0, 2, 2, 3, 4]], y[:, None])
    assert check().examine(table(x, y, prepared=prepared)).message


class TestMissing:
    """ND101."""

    @pytest.mark.parametrize("seed", SEEDS)
    def test_counts_by_column_over_all_parts(self, seed):
        rng = np.random.default_rng(seed)
        x, y = normal(seed)
        x[rng.random(x.shape) < 0.1] = np.nan
        x[3, 0], x[4, 0] = np.inf, -np.inf
        other = rows(np.where(rng.random((50, 5)) < 0.5, np.nan, 1.0))
        found = MissingValues().examine(table(x, y, validation=other))
        assert found.status is ERROR
        counts = {row[0]: row[1:3] for row in found.evidence[0].rows}
        every = np.vstack([x, other.x])
        assert counts["x0"] == (np.isnan(every[:, 0]).sum(), 2)
        assert found.measured == (~np.isfinite(every).all(axis=1)).mean()

    def test_a_missing_target_counts(self):
        x, y = normal(0)
        found = MissingValues().examine(table(x, np.where(y > 0, np.nan, 0.0)))
        assert found.where.column == "y0"

    @pytest.mark.parametrize(
        ("missing", "incomplete", "treatment", "status"),
        [
            ((0, 0), 0, "refuse", OK),
            ((1, 0), 1, "refuse", ERROR),
            ((1, 0), 1, "drop", NOTE),
            ((90, 6), 92, "drop", NOTE),
            ((90, 6), 92, "fill", NOTE),
        ],
    )
    def test_judging(self, missing, incomplete, treatment, status):
        seen = Missing(("a", "b"), missing, (0, 0), 100, incomplete, treatment)
        assert MissingValues().judge(seen).status is status

    def test_rows_that_the_user_had_dropped_speak_for_no_cause(self):
        x, y = normal(0)
        x[:12, 2] = np.nan
        found = MissingValues().examine(table(x, y, missing="drop"))
        told = "12 rows of 300 left out, for values missing in 'x2'"
        assert (found.status, found.message, found.suggests) == (NOTE, told, ())

    def test_cells_that_are_filled_are_counted_by_the_columns_of_the_file(self):
        x, y = normal(0)
        x[:12, 2:4] = np.nan
        x[:3, 0] = np.nan
        y = np.where(np.arange(300) < 2, np.nan, y)
        made = table(x, y, missing="fill", origins=("age", "b", "sex", "sex", "c"))
        found = MissingValues().examine(made)
        told = "15 missing cells filled, in 2 of 4 columns: 'sex' (12), 'age' (3)"
        assert found.message == f"{told}; 2 rows without a target can't be trained on"
        assert (found.status, found.suggests) == (NOTE, ())


class TestConstant:
    """ND102."""

    @pytest.mark.parametrize("seed", SEEDS)
    @pytest.mark.parametrize(("constant", "status"), [(0, OK), (2, NOTE), (3, WARNING), (5, ERROR)])
    def test_by_how_many_are_constant(self, seed, constant, status):
        x, y = normal(seed)
        x[:, :constant] = 0.1
        found = ConstantColumns().examine(table(x, y))
        assert found.status is status
        assert found.measured == constant / 5

    def test_gaps_do_not_hide_a_constant_and_parts_of_a_column_are_none(self):
        x, y = normal(0)
        x[:, 1] = np.where(x[:, 0] > 0, 3.0, np.nan)
        x[:, 2:] = [1.0, 0.0, 1.0]
        x[:9, 2:4] = [0.0, 1.0]
        made = table(x, y, origins=("a", "b", "sex", "sex", "sex"))
        found = ConstantColumns().examine(made)
        assert (found.status, found.where.column) == (NOTE, "b")
        assert found.message.startswith("1 column of 3 ")


class TestDuplicates:
    """ND103."""

    def test_a_column_of_several_inputs_is_a_copy_as_a_whole(self):
        x, y = normal(0)
        levels = np.eye(3)[np.random.default_rng(0).integers(0, 3, 300)]
        x = np.hstack([x[:, :2], levels, levels, levels[:, :2]])
        origins = ("a", "b", *["kind"] * 3, *["type"] * 3, "is_k0", "own")
        found = DuplicateColumns().examine(table(x, y, origins=origins))
        shown = [("type", "kind"), ("is_k0", "kind"), ("own", "kind")]
        assert list(found.evidence[0].rows) == shown
        assert found.message.startswith("3 columns of 6 ")

    @pytest.mark.parametrize("seed", SEEDS)
    @pytest.mark.parametrize(("copies", "status"), [(0, OK), (2, NOTE), (5, WARNING)])
    def test_by_how_many_are_copies(self, seed, copies, status):
        x, y = normal(seed)
        found = DuplicateColumns().examine(table(np.hstack([x, x[:, :copies]]), y))
        assert found.status is status
        if copies:
            assert found.evidence[0].rows[0] == ("x5", "x0")

    def test_constant_columns_are_told_elsewhere(self):
        x, y = normal(0)
        x[:, 1:3] = 1.0
        assert DuplicateColumns().examine(table(x, y)).status is OK


def scales(mean=0.0, std=1.0, **changed):
    """Two inputs, the second sound."""
    names, graded = ("a", "b"), np.array([True, True])
    whole = Scales(names, np.array([mean, 0.0]), np.array([std, 1.0]), graded, "none")
    return replace(whole, **changed)


class TestScale:
    """ND104."""

    @pytest.mark.parametrize("seed", SEEDS)
    @pytest.mark.parametrize(
        ("factor", "cause"), [(255.0, "input_not_normalised"), (1 / 255, "input_double_scaled")]
    )
    def test_too_large_and_too_small_are_warnings(self, seed, factor, cause):
        x, y = normal(seed)
        found = FeatureScale().examine(table(x * factor, y))
        assert (found.status, found.suggests) == (WARNING, (cause,))

    def test_it_judges_what_the_network_gets(self):
        x, y = normal(0)
        standardised = table(x * 1000, y, prepared=Batch(x, y[:, None]))
        assert FeatureScale().examine(standardised).status is OK

    def test_one_size_is_told_once(self):
        x, y = normal(0)
        unit, twice = x / np.sqrt((x**2).mean(axis=0)), np.linspace(1, 2, x.shape[1])
        found = [FeatureScale().examine(table(one, y)) for one in (unit, unit * twice)]
        assert found[0].message == "all inputs have a root mean square of 1"
        assert "root mean squares of 1 to " in found[1].message

    def test_what_cannot_be_trained_on_is_skipped(self):
        x, y = normal(0)
        unbuilt = table(x, y, prepared=None, unprepared="can't be trained on: too few rows")
        assert FeatureScale().examine(unbuilt).status is Status.SKIP

    def test_rare_words_are_not_scaled_twice(self):
        x = (np.random.default_rng(0).random((2000, 30)) < 0.0005).astype(float)
        assert FeatureScale().examine(table(x)).status is OK

    @pytest.mark.parametrize(
        ("seen", "status"),
        [
            (scales(std=2.9), OK),
            (scales(std=3.1), NOTE),
            (scales(std=20.0), NOTE),
            (scales(std=20.1), WARNING),
            (scales(mean=25.0), WARNING),
            (scales(std=np.nan), WARNING),
            (scales(std=np.inf), WARNING),
            (scales(std=0.009), NOTE),
            (scales(mean=2.9, std=0.98), NOTE),
            (scales(std=0.031, graded=np.array([True, False])), OK),
            (scales(std=0.029, graded=np.array([True, False])), WARNING),
        ],
    )
    def test_judging(self, seen, status):
        assert FeatureScale().judge(seen).status is status


class TestOutliers:
    """ND105."""

    @pytest.mark.parametrize("seed", SEEDS)
    @pytest.mark.parametrize("slip", [1e3, -1e4, 1e200])
    def test_a_slipped_point_is_found_with_its_row(self, seed, slip):
        x, y = normal(seed)
        x[42, 3] = slip
        found = Outliers().examine(table(x, y))
        assert (found.status, found.where.column) == (WARNING, "x3")
        assert found.evidence[0].rows[0][:3] == ("x3", slip, 43)

    @pytest.mark.parametrize("seed", range(5))
    @pytest.mark.parametrize("shape", ["lognormal", "student", "counts", "laplace"])
    def test_long_tails_are_no_outliers(self, seed, shape):
        rng = np.random.default_rng(seed)
        draw = {
            "lognormal": lambda size: np.exp(1.5 * rng.normal(size=size)),
            "student": lambda size: rng.standard_t(2, size=size),
            "counts": lambda size: rng.poisson(0.3, size=size),
            "laplace": lambda size: rng.laplace(size=size),
        }
        assert Outliers().examine(table(draw[shape]((1000, 10)))).status is OK

    @pytest.mark.parametrize("load", [load_breast_cancer, load_digits])
    def test_real_measurements_have_none(self, load):
        data = load()
        assert Outliers().examine(table(data.data, data.target)).status is OK

    @pytest.mark.parametrize("seed", SEEDS)
    @pytest.mark.parametrize("top", [255.0, 16.0, 1.0])
    def test_a_rare_bright_pixel_at_the_border_is_none(self, seed, top):
        rng = np.random.default_rng(seed)
        x = np.round(rng.beta(2.0, 2.0, (400, 64)) * 255) * (top / 255)
        x[0] = 0.0
        dark = rng.integers(0, 5, (400, 20)) * top / 255  # hardly ever more than black
        dark[5] = top
        pixels = table(np.hstack([x, dark]))
        assert Outliers().examine(pixels).status is OK
        slip = pixels.train.x.copy()
        slip[9, 3] = 1000 * top
        assert Outliers().examine(table(slip)).where.column == "x3"
        alone = table(dark[:, :15])  # too few to be a picture
        assert Outliers().examine(alone).status is WARNING

    @pytest.mark.parametrize(
        ("z", "gap", "chance", "status"),
        [
            (20, 9, 1e-9, OK),
            (21, 9, 1e-9, WARNING),
            (90, 5, 1e-9, OK),
            (90, 5.1, 1e-9, WARNING),
            (90, 9, 0.02, OK),
            (np.nan, np.nan, np.nan, WARNING),
        ],
    )
    def test_judging(self, z, gap, chance, status):
        assert Outliers().judge([Far("a", 1, (9.0,), (1,), z, gap, chance)]).status is status

    def test_too_few_rows_are_not_judged(self):
        assert Outliers().examine(table(*normal(0, n=19))).status is Status.SKIP


class TestSentinels:
    """ND106."""

    @pytest.mark.parametrize("seed", SEEDS)
    @pytest.mark.parametrize("code", [-999.0, 99.0, 9999.0, -9.0])
    def test_a_code_for_missing_is_found(self, seed, code):
        rng = np.random.default_rng(seed)
        x, y = normal(seed)
        x[rng.random(len(x)) < 0.05, 2] = code
        found = SentinelValues().examine(table(x, y))
        assert (found.status, found.where.column) == (WARNING, "x2")
        assert found.evidence[0].rows[0][1] == code

    def test_minus_one_among_ages_is_noted(self):
        rng = np.random.default_rng(0)
        ages = np.where(rng.random(300) < 0.1, -1, rng.integers(0, 90, 300))
        assert SentinelValues().examine(table(ages[:, None])).status is NOTE

    @pytest.mark.parametrize("seed", SEEDS)
    def test_categories_counts_and_clipped_values_are_left_alone(self, seed):
        rng = np.random.default_rng(seed)
        categories = rng.choice([0, 1, 2, 99], 500)
        counts = rng.poisson(2, 500)
        clipped = np.clip(rng.normal(size=500), -1, 1)
        x = np.column_stack([categories, counts, clipped])
        assert SentinelValues().examine(table(x)).status is OK

    @pytest.mark.parametrize(
        ("seen", "status"),
        [
            (Sentinel("a", 500.0, 3, 0.99), OK),
            (Sentinel("a", 500.0, 3, 1.01), WARNING),
            (Sentinel("a", 999.0, 3, 0.24), OK),
            (Sentinel("a", 999.0, 3, 0.26), WARNING),
            (Sentinel("a", 0.0, 3, 5.0), NOTE),
            (Sentinel("a", -1.0, 3, 0.01, alone=True), NOTE),
        ],
    )
    def test_judging(self, seen, status):
        assert SentinelValues().judge([seen]).status is status


def test_the_table_of_columns_shows_the_worst_first():
    x, y = normal(0)
    x[:, 1] = 7.0
    x[:30, 4] = np.nan
    x[5, 2] = 1e6
    shown = columns_table(table(x, y))
    assert [row[0] for row in shown.rows[:3]] == ["x4", "x1", "x2"]
    assert shown.rows[0][1] == 30
    assert shown.rows[1][2:] == (1, 7.0, 7.0, 0.0, 7.0)


def test_the_table_of_columns_tells_the_parts_of_a_date():
    x, y = normal(0)
    x = np.column_stack([np.arange(300) % 12 + 1, np.arange(300), x[:, 0]])
    made = table(x, y, origins=("date", "date", "temp"))
    shown = {row[0]: row[2] for row in columns_table(made).rows}
    assert shown == {made.columns[0]: 12, made.columns[1]: 300, "temp": 300}


def test_missing_values_say_of_which_rows_they_are():
    x, y = normal(0)
    x[:30, 4] = np.nan
    made = table(x, y, validation=rows(x[:50], y[:50]), missing="fill")
    found = MissingValues().examine(made)
    assert found.message.endswith("'x4' (60), of all 350 rows")
    assert found.evidence[0].caption == "all 350 rows, 50 of them held out"
    assert "rows" not in MissingValues().examine(replace(made, validation=None)).message


def test_the_table_of_columns_shows_the_columns_of_the_file():
    x, y = normal(0)
    x = np.hstack([x[:, :1], np.eye(4)[np.arange(300) % 3]])
    x[:7, 1:] = np.nan
    shown = columns_table(table(x, y, origins=("age", *["kind"] * 4)))
    assert shown.rows[0] == ("kind", 7, 3, None, None, None, None)
    assert [row[0] for row in shown.rows] == ["kind", "age"]
