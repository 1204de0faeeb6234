"""Whole examinations of small real set-ups: sick ones, healthy ones, and odd ones."""

from dataclasses import replace

import numpy as np
import pytest

from nndoctor import api
from nndoctor.diagnosis.diagnosis import Diagnosis
from nndoctor.errors import UsageError
from nndoctor.findings import Verdict
from nndoctor.recipe import loads
from nndoctor.watch import Watch

pytestmark = pytest.mark.slow  # whole runs, or processes of their own

SOUND = """\
[data]
generator = "moons"
n = 200
noise = 0.1
[data.preprocess]
features = "standardize"
[model]
hidden = [16]
output_activation = "{output}" # last
[optimizer]
name = "{name}"
learning_rate = {rate}
[training]
epochs = 40
batch_size = 16
"""


def diagnosed(path, text: str) -> Diagnosis:
    (path / "recipe.toml").write_text(text, encoding="utf-8")
    return api.checkup(api.load_setup(path / "recipe.toml"), budget=20.0)


def sound(output: str = "linear", name: str = "adam", rate: float = 0.01) -> str:
    return SOUND.format(output=output, name=name, rate=rate)


@pytest.fixture(scope="module")
def too_high(tmp_path_factory) -> Diagnosis:
    return diagnosed(tmp_path_factory.mktemp("high"), sound(name="sgd", rate=300.0))


@pytest.fixture(scope="module")
def too_low(tmp_path_factory) -> Diagnosis:
    return diagnosed(tmp_path_factory.mktemp("low"), sound(name="sgd", rate=1e-5))


def table(path, x, y, more: str = "", task: str = "regression") -> str:
    rows = np.column_stack([x, y])
    np.savetxt(path / "rows.csv", rows, "%.9g", ",", header="a,b,y", comments="")
    return (
        f'[data]\npath = "rows.csv"\ntarget = "y"\ntask = "{task}"\n{more}\n'
        "[model]\nhidden = [16]\n[training]\nepochs = 20\n"
    )


def test_a_sound_network_is_healthy_and_says_what_was_compared(tmp_path):
    told = diagnosed(tmp_path, sound())
    assert (told.verdict, told.causes) == (Verdict.HEALTHY, ())
    assert told.seeds >= 3
    assert told.share == pytest.approx(1.0, abs=0.1)
    assert told.budget["runs"] > 0
    assert [one.name for one in told.steps] == [
        "data",
        "set-up",
        "untrained network",
        "references",
        "training as it is",
        "experiments",
    ]
    assert len(told.references) == 6
    assert told.references[0].score >= told.references[-1].score
    assert told.trained.score > 0.8
    assert told.diff == ()


def test_an_unscaled_network_that_learns_all_the_same_is_healthy(tmp_path):
    text = sound().replace('features = "standardize"', 'features = "none"')
    assert diagnosed(tmp_path, text).verdict is Verdict.HEALTHY


def test_a_rate_too_high_is_confirmed_and_cured(too_high):
    told = too_high
    assert told.verdict is Verdict.SICK
    assert told.causes[0].cause == "learning_rate_too_high"
    assert told.causes[0].confirmed
    assert told.after.score > told.before.score + 0.5
    assert told.prescription["optimizer.learning_rate"] < 300
    assert told.causes[0].certainty == "confirmed"
    assert told.causes[0].cures
    assert told.diff[:2] == ("  [optimizer]", "- learning_rate = 300.0")
    assert told.diff[2].startswith("+ learning_rate = ")
    assert len(told.diff) == 3
    costs = [one.cost for one in told.alternatives]
    assert costs == sorted(costs)


def test_a_rate_is_confirmed_by_its_own_direction_where_only_another_optimizer_cures(tmp_path):
    text = """[data]
generator = "spiral"
n = 300
noise = 0.1
[model]
hidden = [20]
activation = "tanh"
[optimizer]
name = "sgd"
learning_rate = 1e4
[training]
epochs = 100
batch_size = 25
"""
    told = diagnosed(tmp_path, text)
    first = told.causes[0]
    assert first.cause == "learning_rate_too_high"
    assert first.confirmed
    assert set(first.change) == {"optimizer.learning_rate"}
    assert not first.shared
    assert told.prescription["optimizer.name"] == "adam"


def test_a_rate_too_low_is_among_the_causes(too_low):
    assert too_low.verdict is Verdict.SICK
    assert "learning_rate_too_low" in {one.cause for one in too_low.causes[:3]}


def test_softmax_over_one_unit_is_certain_and_the_cured_recipe_runs(tmp_path):
    layers = 'target_encoding = "numeric"\ntask = "classification"\n[data.preprocess]'
    text = sound().replace("[data.preprocess]", layers)
    text = text.replace('hidden = [16]\noutput_activation = "linear" # last\n', "")
    text += '[[model.layers]]\nunits = 16\nactivation = "tanh"\n[[model.layers]]\nunits = 1\n'
    text += 'activation = "softmax"\n[loss]\nname = "mse"\n'
    told = diagnosed(tmp_path, text)
    assert told.causes[0].cause == "wrong_output_activation"
    assert told.causes[0].proof == "contradiction"
    cured = loads(told.cured_recipe)
    assert cured.model.layers[-1].activation in ("sigmoid", "linear")


def test_random_labels_are_told_as_a_trouble_of_the_data(tmp_path):
    random = np.random.default_rng(0)
    text = table(
        tmp_path, random.normal(size=(200, 2)), random.integers(0, 2, 200), task="classification"
    )
    told = diagnosed(tmp_path, text.replace("[16]", "[64, 64]"))
    assert told.verdict is Verdict.SICK
    named = [one.cause for one in told.causes]
    assert named == ["labels_random"]
    assert not any(one.confirmed for one in told.causes)


def test_columns_that_hang_together_once_belonged_to_other_labels(tmp_path):
    random = np.random.default_rng(0)
    x = random.normal(size=(200, 1)) + 0.3 * random.normal(size=(200, 2))
    text = table(tmp_path, x, random.integers(0, 2, 200), task="classification")
    told = diagnosed(tmp_path, text.replace("[16]", "[64, 64]"))
    assert told.causes[0].cause == "labels_shuffled"
    # one of several readings: nothing tells them apart
    assert (told.causes[0].proof, told.causes[0].certainty) == ("", "suspected")


def test_the_same_call_gives_the_same_diagnosis(tmp_path, too_low):
    again = diagnosed(tmp_path, sound(name="sgd", rate=1e-5))
    assert replace(again, budget={}) == replace(too_low, budget={})


@pytest.mark.parametrize(("size", "unit"), [(1e12, 1.0), (1.0, 1e-12)])
def test_huge_targets_and_tiny_inputs_get_a_verdict(tmp_path, size, unit):
    x = np.random.default_rng(0).normal(size=(100, 2))
    told = diagnosed(tmp_path, table(tmp_path, x * unit, x[:, 0] * size))
    assert told.verdict is Verdict.SICK
    assert told.causes


def test_three_rows_get_a_verdict(tmp_path):
    told = diagnosed(tmp_path, table(tmp_path, np.eye(3)[:, :2], np.arange(3.0)))
    assert told.verdict in set(Verdict)


def test_a_network_that_gives_nothing_but_nan_is_sick(tmp_path):
    text = sound().replace("hidden = [16]", 'hidden = [30, 30, 30]\ninit = "normal(0, 1e30)"')
    told = diagnosed(tmp_path, text)
    assert told.verdict is Verdict.SICK
    assert "init_too_large" in {one.cause for one in told.causes}


def test_fast_only_suspects(tmp_path):
    (tmp_path / "recipe.toml").write_text(sound(rate=50.0), encoding="utf-8")
    told = api.checkup(api.load_setup(tmp_path / "recipe.toml"), fast=True)
    assert told.before is None
    assert "learning_rate_too_high" in {one.cause for one in told.causes}
    assert not any(one.confirmed for one in told.causes)


def test_what_the_user_breaks_off_still_tells_what_is_known(tmp_path):
    class Stopped(Watch):
        def cancelled(self) -> bool:
            return self.stages > 2

        stages = 0

        def stage(self, text: str, total: int = 0) -> None:
            self.stages += "change" in text and 3

    (tmp_path / "recipe.toml").write_text(sound(name="sgd", rate=300.0), encoding="utf-8")
    told = api.checkup(api.load_setup(tmp_path / "recipe.toml"), Stopped(), budget=20.0)
    assert told.interrupted
    assert "learning_rate_too_high" in {one.cause for one in told.causes}
    assert not any(one.confirmed for one in told.causes)


@pytest.mark.parametrize("stage", ["references", "training as it is", "one change", "fresh seeds"])
def test_it_can_be_broken_off_at_any_stage(tmp_path, stage):
    class Stopped(Watch):
        reached = False

        def stage(self, text: str, total: int = 0) -> None:
            self.reached = self.reached or stage in text

        def cancelled(self) -> bool:
            return self.reached

    (tmp_path / "recipe.toml").write_text(sound(name="sgd", rate=300.0), encoding="utf-8")
    told = api.checkup(api.load_setup(tmp_path / "recipe.toml"), Stopped(), budget=20.0)
    assert told.interrupted
    assert told.after is None
    assert "learning_rate_too_high" in {one.cause for one in told.causes}
    assert not any(one.confirmed for one in told.causes)
    seen = {one.name: one.seen for one in told.steps}
    assert seen["data"].startswith("19 checks")
    early = stage in ("references", "training as it is")
    assert (seen["training as it is"] == "interrupted") == early
    report = api.checkup_report(api.load_setup(tmp_path / "recipe.toml"), told)
    assert report.exit_code() == 130


def test_a_budget_that_is_none_is_refused(tmp_path):
    (tmp_path / "recipe.toml").write_text(sound(), encoding="utf-8")
    with pytest.raises(UsageError, match="budget"):
        api.checkup(api.load_setup(tmp_path / "recipe.toml"), budget=0.0)


def test_a_small_budget_says_what_was_not_tested(tmp_path):
    (tmp_path / "recipe.toml").write_text(sound(name="sgd", rate=1e-5), encoding="utf-8")
    told = api.checkup(api.load_setup(tmp_path / "recipe.toml"), budget=0.05)
    assert not told.finished
    assert told.verdict is Verdict.UNDECIDED
    assert "not allow a single comparison" in told.sentence


def test_the_frame_has_a_row_for_each_cause(too_high):
    frame = too_high.to_frame()
    assert list(frame.cause) == [one.cause for one in too_high.causes]
    assert frame.status[0] == "confirmed"


def test_a_run_that_no_budget_bears_is_not_begun_and_says_what_it_takes(tmp_path):
    (tmp_path / "recipe.toml").write_text(sound(), encoding="utf-8")
    setup = api.load_setup(tmp_path / "recipe.toml")
    told = api.checkup(setup, budget=1e-4)
    assert told.verdict is Verdict.UNDECIDED
    assert "not allow a single comparison" in told.sentence
    assert told.trained is None
    asked = api.checkup_report(setup, told).next_step
    assert asked.endswith(f"--budget {told.budget['needed']}s")
    assert api.checkup(setup, budget=told.budget["needed"]).verdict is Verdict.HEALTHY
