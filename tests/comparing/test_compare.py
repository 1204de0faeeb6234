"""Set-ups side by side: the same rows and seeds, ranks, what is lost, what is refused."""

from pathlib import Path

import numpy as np
import pytest

import nndoctor
from nndoctor.comparing.contest import hold
from nndoctor.comparing.variants import varied
from nndoctor.diagnosis.subject import Part
from nndoctor.errors import NNDoctorError, UsageError
from nndoctor.findings import Verdict
from nndoctor.watch import Watch

RECIPES = Path(__file__).resolve().parents[2] / "recipes"
SHORT = ("model.hidden=[8]", "training.epochs=10")


def setup(*changes, recipe="spiral"):
    return nndoctor.load_setup(RECIPES / f"{recipe}.toml", set=[*SHORT, *changes])


def table(report, name="scores"):
    (found,) = [piece for piece in report.evidence if piece.name == name]
    return {row[0]: dict(zip(found.columns, row, strict=True)) for row in found.rows}


def without_times(report):
    return [piece for piece in report.evidence if piece.name != "cost"], report.headline


def refusal(*setups, vary=(), **options):
    with pytest.raises(NNDoctorError) as caught:
        nndoctor.compare(setups[0], others=setups[1:], vary=vary, **options)
    return caught.value.mistakes


def test_all_set_ups_are_trained_on_the_same_rows_from_the_same_seeds():
    variants = varied(
        [setup()], ["optimizer.name=sgd,adam", "model.init=xavier,he_normal"], Watch()
    )
    for seed in (0, 1):
        parts = [variant.subject.setup(seed, Part.SEARCH) for variant in variants]
        for other in parts[1:]:
            np.testing.assert_array_equal(parts[0].rows, other.rows)
            np.testing.assert_array_equal(parts[0].test.x, other.test.x)
        assert {part.recipe.training.seed for part in parts} == {seed}
    assert [variant.name for variant in variants] == [
        "sgd / xavier",
        "sgd / he_normal",
        "adam / xavier",
        "adam / he_normal",
    ]


def test_all_rows_but_the_users_test_rows_are_used():
    (first, _) = varied(
        [setup("data.test=0.2", recipe="digits")], ["model.init=xavier,ones"], Watch()
    )
    made = first.subject.setup(0, Part.SEARCH)
    assert len(made.train) + len(made.test) == pytest.approx(0.8 * 1797, abs=2)


def test_one_that_stands_still_is_worse_and_equal_ones_show_no_difference():
    report = nndoctor.compare(
        setup("training.epochs=60"), vary=["optimizer.learning_rate=1e-2,1e-9"], seeds=5
    )
    rows = table(report)
    assert rows["1e-2"]["against the best"] == "the best"
    assert rows["1e-9"]["against the best"] == "worse"
    assert (report.verdict, report.exit_code()) == (Verdict.PASS, 0)
    assert "better than 1e-9" in report.headline
    assert report.next_step.endswith("--set optimizer.learning_rate=1e-2")
    same = nndoctor.compare(setup(), vary=["regularization.l2=0,0.0"], seeds=2)
    assert "no difference shown between the two" in same.headline
    assert {row["rank"] for row in table(same).values()} == {"1 to 2"}


def test_scores_that_look_alike_claim_no_more_figures_than_their_interval_allows():
    report = nndoctor.compare(setup(), vary=["optimizer.learning_rate=1e-3,1.00001e-3"], seeds=2)
    for row in table(report).values():
        assert row["score"] == round(row["score"], 4)
        assert row["below best"] == round(row["below best"], 4)


def test_a_recipe_is_not_compared_with_itself():
    (told,) = refusal(setup(), setup())
    assert "are the same recipe" in told.problem
    assert "leave one of them out" in told.hint


def test_an_interval_above_zero_without_a_difference_shown_is_explained():
    few = setup("training.epochs=4", recipe="digits")
    report = nndoctor.compare(few, vary=["optimizer.learning_rate=3e-2,1e-2,3e-3"], seeds=3)
    (scores,) = [piece for piece in report.evidence if piece.name == "scores"]
    apart = [float(row[6].split(" to ")[0]) > 0 for row in scores.rows[1:]]
    assert [row[4] for row in scores.rows[1:]] == ["no difference shown"] * 2
    assert any(apart)
    assert scores.caption.endswith("--seeds 6")


def test_the_same_bits_for_any_number_of_jobs():
    one, three = (
        nndoctor.compare(setup(), vary=["model.activation=relu,tanh"], seeds=2, jobs=jobs)
        for jobs in (1, 3)
    )
    assert repr(without_times(one)) == repr(without_times(three))


def test_what_ends_in_nan_is_last_and_said():
    report = nndoctor.compare(
        setup(), vary=["optimizer.name=adam,sgd", "optimizer.learning_rate=1e-2,1e30"], seeds=2
    )
    rows = table(report)
    assert [*rows][-1].startswith("sgd") or [*rows][-1].endswith("1e30")
    assert "2 of 2 runs" in rows["sgd / 1e30"]["against the best"]
    assert rows["sgd / 1e30"]["rank"] == "3 to 4"
    assert "runs lost under" in report.headline
    lost = nndoctor.compare(
        setup("optimizer.name=sgd"), vary=["optimizer.learning_rate=1e30,1e31"], seeds=2
    )
    assert (lost.verdict, lost.exit_code()) == (Verdict.FAIL, 1)
    assert "every set-up was lost" in lost.headline


def test_recipes_are_compared_by_their_names_and_costs_stand_beside(tmp_path):
    text = (
        (RECIPES / "spiral.toml")
        .read_text()
        .replace("../sample_data", str(RECIPES.parent / "sample_data"))
    )
    (tmp_path / "wide.toml").write_text(
        text.replace("hidden = [100]", "hidden = [20]").replace("200", "5")
    )
    (tmp_path / "raw.toml").write_text(
        text.replace("hidden = [100]", "hidden = [4]").replace("200", "5")
    )
    first, second = (nndoctor.load_setup(tmp_path / f"{name}.toml") for name in ("wide", "raw"))
    report = nndoctor.compare(first, others=[second], seeds=2)
    costs = table(report, "cost")
    assert costs[str(tmp_path / "wide.toml")]["parameters"] == 2 * 20 + 20 + 20 * 3 + 3
    assert {row["updates"] for row in costs.values()} == {20.0}
    assert f"beside it {tmp_path / 'raw.toml'}" in report.words


def test_different_data_are_refused():
    spiral, digits = setup(), setup(recipe="digits")
    assert "differ in data.target" in refusal(spiral, digits)[0].problem
    cut = nndoctor.load_setup(RECIPES / "spiral.toml", set=["data.limit=100"])
    assert "differ in data.limit" in refusal(spiral, cut)[0].problem
    made = [
        nndoctor.load_setup(RECIPES / "lecture-relu-he.toml", set=["data.seed=1"][:n])
        for n in (0, 1)
    ]
    assert "data.seed" in refusal(*made)[0].problem


def test_the_same_table_elsewhere_is_the_same_data_and_a_changed_one_is_not(tmp_path):
    data = (RECIPES.parent / "sample_data" / "spiral.csv").read_text()
    (tmp_path / "copy.csv").write_text(data)
    (tmp_path / "other.csv").write_text(data.replace("0", "1", 1))
    recipe = (RECIPES / "spiral.toml").read_text()
    for name in ("copy", "other"):
        (tmp_path / f"{name}.toml").write_text(
            recipe.replace("../sample_data/spiral.csv", f"{name}.csv")
        )
    copy, other = (
        nndoctor.load_setup(tmp_path / f"{name}.toml", set=SHORT) for name in ("copy", "other")
    )
    assert nndoctor.compare(setup(), others=[copy], seeds=2).verdict is Verdict.PASS
    assert "are on different data" in refusal(setup(), other)[0].problem


@pytest.mark.parametrize(
    ("vary", "problem", "hint"),
    [
        ((), "nothing to compare", "--vary"),
        (("model.init=ones",), "nothing to compare", "--vary"),
        (("model.activation",), "not a key and its values", "such as"),
        (("model.activation=relu,",), "not a key and its values", "such as"),
        (("model.activaton=relu,tanh",), "there is no such key", '"activation"'),
        (("model.activation=rleu,tanh",), "'rleu' is not an activation", '"relu"'),
        (("model.activation=relu,relu",), "is given twice", "once"),
        (("model.init=ones,zeros", "model.init=xavier"), "is given twice", "all values"),
        (("training.seed=1,2",), "the same seeds", "--seeds"),
        (("data.limit=50,60",), "the same rows", "preprocess"),
        (("data.path=a.csv,b.csv",), "the same rows", "preprocess"),
        (("training.epochs=" + ",".join(map(str, range(1, 66))),), "at most 64", "fewer"),
        (("training.epochs=0,1",), "training.epochs", ""),
    ],
)  # fmt: skip
def test_what_can_not_be_varied_is_refused(vary, problem, hint):
    mistakes = refusal(setup(), vary=vary)
    assert any(problem in one.problem and hint in one.hint for one in mistakes), mistakes
    assert all("--set" not in one.problem for one in mistakes)


@pytest.mark.parametrize("seeds", [0, 1, 101])
def test_a_spread_takes_some_seeds(seeds):
    assert (
        f"{seeds} seed" in refusal(setup(), vary=["model.init=ones,zeros"], seeds=seeds)[0].problem
    )


def test_commas_in_brackets_are_no_separators():
    vary = ["model.hidden=[4],[4,5]", "model.init=normal(0,0.1),xavier"]
    variants = varied([setup()], vary, Watch())
    assert [variant.names[0][1] for variant in variants[::2]] == ["[4]", "[4,5]"]
    assert variants[2].subject.recipe.model.hidden == (4, 5)


class Stopping(Watch):
    """Stops after so many runs."""

    def __init__(self, runs):
        self.left = runs

    def advance(self, done, doing="", /, **numbers):
        self.left -= 1

    def cancelled(self):
        return self.left <= 0


def test_what_the_user_stops_counts_only_whole_seeds():
    watch = Stopping(5)
    held = hold(varied([setup()], ["model.init=ones,xavier"], watch), 9, 1, watch)
    assert (held.seeds, held.cut) == (2, True)
    early = nndoctor.compare(setup(), Stopping(2), vary=["model.init=ones,xavier"], jobs=1)
    assert (early.evidence, early.exit_code()) == ((), 130)
    late = nndoctor.compare(setup(), Stopping(5), vary=["model.init=ones,xavier"], jobs=1)
    assert late.interrupted
    assert len(table(late)) == 2


def test_losses_of_different_kinds_are_not_drawn_together():
    report = nndoctor.compare(setup(recipe="diabetes"), vary=["loss.name=mse,mae"], seeds=2)
    assert [piece.name for piece in report.evidence] == ["scores", "cost"]
    assert "R^2, 0 is guessing or worse" in report.evidence[0].caption


def test_scores_are_said_not_to_go_below_0():
    report = nndoctor.compare(setup(), vary=["model.init=ones,xavier"], seeds=2)
    assert "Matthews correlation, 0 is guessing or worse" in report.evidence[0].caption


def test_no_story_of_another_name():
    with pytest.raises(UsageError) as caught:
        nndoctor.compare_story("optimisers")
    assert '"optimizers"' in caught.value.mistakes[0].hint
