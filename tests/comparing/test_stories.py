"""Every ready comparison in a tiny version, and what it must show whatever the machine."""

import math
from functools import cache
from pathlib import Path

import pytest

import nndoctor
from nndoctor.api import load_story
from nndoctor.comparing.rates import Band, usable_band
from nndoctor.comparing.stories import STORIES
from nndoctor.errors import UsageError
from nndoctor.findings import Verdict
from nndoctor.running.crew import doing
from nndoctor.watch import Watch

from ..running.crews import Packing

pytestmark = pytest.mark.slow  # whole runs, or processes of their own

ROOT = Path(__file__).resolve().parents[2]
TINY = ("data.n=120", "model.hidden=[6,6]")


@cache
def told(name, jobs=2):
    small = load_story(name, set=TINY)
    return nndoctor.compare_story(name, small, seeds=2, updates=8, jobs=jobs)


def table(name, beginning):
    found = next(piece for piece in told(name).evidence if piece.name.startswith(beginning))
    return {row[0]: dict(zip(found.columns[1:], row[1:], strict=True)) for row in found.rows}


@pytest.mark.parametrize("name", STORIES)
def test_every_story_is_told_and_has_its_page(name):
    report = told(name)
    assert report.verdict is Verdict.PASS, report.headline
    assert report.evidence
    assert report.headline
    assert report.next_step.split()[-1] in STORIES
    page = (ROOT / "docs" / "compare" / f"{name}.md").read_text(encoding="utf-8")
    assert f"nndoctor compare {name}" in page
    assert load_story(name).text in page
    assert name in (ROOT / "docs" / "compare.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["optimizers", "preprocessing"])
def test_the_same_bits_for_any_number_of_jobs(name):
    def lasting(report):
        return [piece for piece in report.evidence if not piece.name.startswith("cost")]

    assert repr(lasting(told(name, 1))) == repr(lasting(told(name, 2)))


def test_a_story_whose_runs_travel_is_the_same():
    small = load_story("optimizers", set=TINY)
    with doing(Packing()):
        there = nndoctor.compare_story("optimizers", small, seeds=2, updates=8)
    here = told("optimizers")
    assert there.headline == here.headline
    kept = [one for one in here.evidence if not one.name.startswith("cost")]
    assert repr(kept) == repr([one for one in there.evidence if not one.name.startswith("cost")])


def test_no_story_names_a_file_of_the_installation():
    for name in STORIES:
        report = told(name)
        assert "nndoctor/comparing" not in " ".join(
            [*report.words, report.recipe, report.next_step]
        )


def test_each_optimizer_gets_a_rate_of_its_own():
    rates = table("optimizers", "learning rates")
    assert rates["adadelta"]["usual"] == 1.0
    assert len({row["its own here"] for row in rates.values()}) > 2


def test_the_figures_of_the_lecture():
    rows = table("inits", "standard deviation")
    for layer, lecture in enumerate([0.213, 0.0475, 0.0106, 0.0024], 1):
        assert rows[f"layer {layer}"]["tanh normal(0,0.01)"] == pytest.approx(lecture, rel=0.03)
    assert rows["layer 10"]["tanh normal(0,1)"] == pytest.approx(0.982, abs=0.001)
    assert rows["layer 5"]["tanh Xavier"] == pytest.approx(0.32, rel=0.03)
    assert rows["layer 10"]["relu Xavier"] < 0.1 < 0.6 < rows["layer 10"]["relu He"]


def test_slopes_and_what_follows():
    rows = table("activations", "slopes")
    assert rows["sigmoid"]["at 0"] == pytest.approx(0.25)
    assert rows["tanh"]["zero-centred"] == "yes"
    assert rows["sigmoid"]["zero-centred"] == "no"
    assert rows["relu"]["mean output"] == pytest.approx((2 * math.pi) ** -0.5, abs=0.01)
    assert [rows[name]["saturates"] for name in ("tanh", "relu", "leaky_relu", "step")] == [
        "below and above",
        "below",
        "no",
        "everywhere",
    ]
    assert rows["step"]["slope at -10"] == rows["step"]["at 0"] == rows["step"]["at 10"] == 0
    assert all(row["ns a value"] > 0 for row in rows.values())


def test_the_step_trains_nothing_before_it():
    setup = nndoctor.load_setup(ROOT / "recipes" / "spiral.toml", set=["model.activation=step"])
    network = setup.trainable.fresh(0)
    before = {name: weights.copy() for name, weights in network.weights().items()}
    from nndoctor.trainable import Plan

    network.train(setup.train, Plan(5))
    after = network.weights()
    assert (before["layer 1"] == after["layer 1"]).all()
    assert (before["output"] != after["output"]).any()


def test_more_rows_an_update_take_more_memory_and_fewer_updates():
    rows = table("batch-sizes", "what an update costs")
    small, whole = next(iter(rows.values())), rows["all 96"]
    assert small["bytes of a forward pass"] == 16 * 2 * (6 + 6 + 10) * 4
    assert whole["bytes of a forward pass"] == 6 * small["bytes of a forward pass"]
    assert (small["updates an epoch"], whole["updates an epoch"]) == (6, 1)


def test_the_updates_that_were_made_are_said_where_an_epoch_is_more_than_were_asked_for():
    (name,) = [one.name for one in told("batch-sizes").evidence if "updates each" in one.name]
    assert name == "scores, 6 to 9 updates each"  # 9 by the recipe; 1 epoch of 6, or 4 of 2


def test_the_own_rate_is_said_to_come_from_whole_runs():
    (found,) = [one for one in told("optimizers").evidence if one.name == "learning rates"]
    assert "short" not in found.caption
    assert "as long as those compared" in found.caption
    assert "2000" in found.caption


@pytest.mark.parametrize("jobs", [1, 3])
def test_weights_of_a_diverged_run_are_no_sparse_ones(jobs):
    wild = ("data.n=60", "model.hidden=[4]", "optimizer.name=sgd", "optimizer.learning_rate=1e9")
    setup = load_story("regularizers", set=wild)
    report = nndoctor.compare_story("regularizers", setup, seeds=2, updates=40, jobs=jobs)
    weights, shares = report.evidence[:2]
    assert all(row[1] is None or math.isnan(row[1]) for row in weights.rows)
    assert all(math.isnan(y) for line in shares.lines for y in line.y)
    assert "most zeros" not in report.headline
    assert "nan" not in report.headline


def test_the_weights_under_each_penalty_are_the_same_for_any_number_of_jobs():
    one, three = (told("regularizers", jobs).evidence[0] for jobs in (1, 3))
    assert repr(one) == repr(three)


def test_a_strong_l1_leaves_more_zeros_than_none_and_lasso_picks_fewer_than_elastic_net():
    changes = {"data.n=300", "model.hidden=[8]"}
    setup = load_story("regularizers", set=changes)
    report = nndoctor.compare_story("regularizers", setup, seeds=2, updates=300, jobs=2)
    weights = {row[0]: row for row in report.evidence[0].rows}
    assert weights["L1 0.1"][1] > 0.5 > 0.2 > weights["none"][1]
    assert weights["L2 0.1"][3] < weights["none"][3]  # the norm
    assert weights["L2 0.1"][1] < 0.2
    (chosen,) = [piece for piece in report.evidence if piece.name.startswith("a linear model")]
    others = {row[0]: row[2] for row in chosen.rows}
    assert others["lasso (L1)"] <= others["elastic net"] < others["none"]


def test_the_usable_band_is_the_stretch_around_the_best():
    rates = [1e-3, 1e-2, 1e-1, 1.0, 10.0]
    assert usable_band(rates, [0.9, 0.1, 0.85, 0.92, 0.0], 0.92) == (0.1, 1.0)
    assert usable_band(rates, [0.5, 0.5, 0.5, 0.5, 0.5], 0.92) is None


def test_a_band_that_reaches_the_first_or_last_rate_tried_may_be_wider():
    said = {usable: Band(None, (), usable).words for usable in [(1e-4, 0.1), (0.01, 10.0), None]}
    assert [*said.values()] == ["0.0001 or less to 0.1", "0.01 to 10 or more", "no rate"]
    (found,) = [one for one in told("preprocessing").evidence if one.name.startswith("usable")]
    assert "may be wider" in found.caption


OWN = """
data = { generator = "blobs" }
model = { layers = [{ units = 6, activation = "relu", l2 = 1e-3 }, { units = 3 }] }
"""


def test_a_story_on_a_recipe_of_ones_own(tmp_path):
    (tmp_path / "own.toml").write_text(OWN)
    setup = nndoctor.load_setup(tmp_path / "own.toml")
    report = nndoctor.compare_story("inits", setup, seeds=2, updates=8)
    assert [row[0] for row in report.evidence[0].rows] == ["layer 1"]
    assert report.next_step.startswith("nndoctor compare activations ")
    assert report.next_step.endswith("own.toml")
    penalties = nndoctor.compare_story("regularizers", setup, seeds=2, updates=4)
    assert not any(piece.name.startswith("a linear model") for piece in penalties.evidence)


@pytest.mark.parametrize("name", ["inits", "activations", "batch-norm"])
def test_without_a_hidden_layer_there_is_nothing_to_show(name):
    setup = nndoctor.load_setup(ROOT / "recipes" / "spiral.toml", set=["model.hidden=[]"])
    with pytest.raises(UsageError) as caught:
        nndoctor.compare_story(name, setup, updates=4)
    assert "no hidden layer" in caught.value.mistakes[0].problem


def test_what_was_shown_before_the_user_stops_is_kept():
    class Stopping(Watch):
        stages = 0

        def stage(self, text, total=0):
            self.stages += 1

        def cancelled(self):
            return self.stages > 1

    report = nndoctor.compare_story(
        "optimizers", load_story("optimizers", set=TINY), Stopping(), seeds=2, updates=4
    )
    assert report.exit_code() == 130
    assert report.evidence[0].name.startswith("scores, all at the rate")
