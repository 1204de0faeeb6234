"""The whole search through its function: same trials, resumed, confirmed, written."""

import dataclasses
import json
import math
import shlex
import sys

import pytest

from nndoctor import compare_samplers, load_setup, search
from nndoctor.cli.app import main
from nndoctor.comparison import Difference
from nndoctor.errors import NNDoctorError
from nndoctor.findings import Coordinates, Scatter, Verdict
from nndoctor.recipe import load
from nndoctor.searching.search import Until
from nndoctor.watch import Interrupted

from .conftest import ROOT, SPACE

pytestmark = pytest.mark.slow  # whole runs, or processes of their own


def found(report):
    return report.fields["search"]


def trials(report):
    return [{k: repr(v) for k, v in one.items()} for one in found(report)["trials"]]


@pytest.mark.parametrize("sampler", ["random", "grid", "qmc", "tpe"])
def test_the_same_trials_whatever_the_number_of_workers(small, sampler):
    one, two = (search(small, sampler=sampler, jobs=jobs) for jobs in (1, 2))
    assert trials(one) == trials(two)
    assert repr(found(one)) == repr(found(two))
    assert len(trials(one)) >= 5


def test_a_resumed_search_says_what_was_there(small, tmp_path):
    place = tmp_path / "s.journal"
    anew = search(small, study=place, resume=True)
    assert anew.words[-1] == f"{place} held no trials: the search began anew"
    count = len(trials(anew))
    again = search(small, study=place, resume=True)
    assert again.words[-1] == f"{count} of the {count} trials were in {place} already"


def test_another_seed_tries_others(recipe):
    one, two = (search(load_setup(recipe(), seed=seed)) for seed in (0, 1))
    assert trials(one) != trials(two)


def test_the_winner_is_confirmed_tested_and_told_with_its_metric(small):
    report = search(small)
    winner = found(report)["winner"]
    assert report.verdict is Verdict.PASS
    assert winner["low"] <= winner["confirmed"] <= winner["high"]
    assert "accuracy" in report.summary[0]
    assert "never searched on" in report.summary[0]
    assert any(line.startswith("final test: accuracy") for line in report.summary)
    assert any("the unchanged recipe" in line for line in report.summary)
    assert sum(isinstance(piece, Scatter) for piece in report.evidence) == 2


def test_each_trial_is_a_line_over_all_parameters(small):
    report = search(small)
    (plot,) = [one for one in report.evidence if isinstance(one, Coordinates)]
    trained = [one for one in found(report)["trials"] if one["outcome"] != "invalid"]
    assert [axis.name for axis in plot.axes] == list(trained[0]["values"])
    assert len(plot.lines) == len(plot.values) == len(trained)
    for at in range(len(plot.axes)):
        places = [line[at] for line in plot.lines]
        assert (min(places), max(places)) == (0, 1)


def test_a_killed_search_goes_on_with_what_was_finished(small, tmp_path):
    whole, half = tmp_path / "whole.journal", tmp_path / "half.journal"
    expected = search(small, study=whole)
    lines = whole.read_bytes().splitlines(keepends=True)
    for count in (1, 4, len(lines) - 1):
        half.write_bytes(b"".join(lines[:count]) + lines[count][:20])
        resumed = search(small, study=half, resume=True)
        assert trials(resumed) == trials(expected)
        kept = half.read_bytes().splitlines(keepends=True)
        assert kept[:count] == lines[:count]
        made = [json.loads(line) for line in kept]
        assert sum(one["op_code"] == 4 for one in made) == len(trials(expected))


def test_optunas_own_tools_open_the_study(small, tmp_path):
    import optuna

    report = search(small, study=tmp_path / "s.journal")
    backend = optuna.storages.journal.JournalFileBackend(str(tmp_path / "s.journal"))
    storage = optuna.storages.JournalStorage(backend)
    kept = optuna.load_study(study_name="nndoctor small stage 2", storage=storage)
    best = max(one["score"] for one in found(report)["trials"] if one["stage"] == 2)
    assert kept.best_value == best
    assert "log2 training.batch_size" in kept.trials[0].params


def test_a_database_keeps_a_study_too(small, tmp_path):
    address = f"sqlite:///{tmp_path / 's.db'}"
    first = search(small, storage=address)
    assert trials(search(small, storage=address, resume=True)) == trials(first)


def test_the_best_recipe_is_written_and_runs(small, tmp_path):
    place = tmp_path / "best.toml"
    winner = found(search(small, write=place))["winner"]
    written = load(place).recipe
    if winner["values"]:
        assert written.optimizer.learning_rate == winner["values"]["optimizer.learning_rate"]
    assert load_setup(place).total_updates > 0
    with pytest.raises(NNDoctorError, match="there already"):
        search(small, write=place)


def test_no_range_goes_beyond_what_a_key_can_be(recipe):
    dropout = '[search.space]\n"model.dropout" = { low = 0.0, high = 0.99 }\n'
    report = search(load_setup(recipe(dropout)), trials=10)
    assert all(0 <= one["values"]["model.dropout"] < 1 for one in found(report)["trials"])


def test_diverging_trials_never_win(recipe):
    wild = '[search.space]\n"optimizer.learning_rate" = { low = 1e-4, high = 1e8, scale = "log" }\n'
    report = search(load_setup(recipe(wild), set=["optimizer.name=sgd"]), trials=12)
    broken = [one for one in found(report)["trials"] if one["outcome"] == "broken"]
    assert broken
    assert all(math.isnan(one["score"]) and one["reason"] for one in broken)
    assert found(report)["winner"]["confirmed"] > 0.5


def test_where_all_diverge_the_reason_is_told(recipe):
    wild = '[search.space]\n"optimizer.learning_rate" = { low = 1e7, high = 1e8, scale = "log" }\n'
    report = search(load_setup(recipe(wild), set=["optimizer.name=sgd"]), trials=4)
    assert report.verdict is Verdict.FAIL
    assert "diverged" in report.summary[0]


def test_every_reason_why_recipes_can_not_be_run_is_named(recipe):
    optimizers = ["adam", "adamax", "adagrad", "adadelta", "nadam", "lbfgs"]

    def among(names):
        choices = f'"optimizer.name" = {json.dumps(names)}\n"optimizer.momentum" = [0.5, 0.9]'
        return load_setup(recipe(f"[search.space]\n{choices}\n"))

    report = search(among([*optimizers, "sgd"]), trials=60, stages=1)
    for name in optimizers:
        told = f"the {name} optimizer has no setting momentum"
        assert sum(told in word for word in report.words) == 1
    with pytest.raises(NNDoctorError) as caught:
        search(among(optimizers), trials=40, stages=1)
    problems = [one.problem for one in caught.value.mistakes]
    assert problems[0] == "none of the 40 recipes tried can be run"
    assert all(any(f"the {name} optimizer" in one for one in problems) for name in optimizers)


def test_invalid_recipes_are_marked_and_all_invalid_is_an_error(recipe):
    mixed = (
        '[search.space]\n"optimizer.name" = ["sgd", "adam"]\n'
        '"optimizer.momentum" = { low = 0.5, high = 0.99, scale = "one-minus-log" }\n'
    )
    report = search(load_setup(recipe(mixed)))
    outcomes = {one["values"]["optimizer.name"]: one["outcome"] for one in found(report)["trials"]}
    assert outcomes["adam"] == "invalid"
    assert any("no setting momentum" in word.replace("\n", " ") for word in report.words)
    with pytest.raises(NNDoctorError, match="can be run"):
        search(load_setup(recipe(mixed.replace("sgd", "adamw"))))


def test_width_and_depth_become_hidden_layers(recipe, tmp_path):
    shape = '[search.space]\n"model.width" = { low = 4, high = 16, scale = "log2" }\n'
    shape += '"model.depth" = { low = 1, high = 2 }\n'
    report = search(load_setup(recipe(shape)), write=tmp_path / "best.toml")
    values = found(report)["winner"]["values"]
    if values:
        hidden = load(tmp_path / "best.toml").recipe.model.hidden
        assert hidden == (values["model.width"],) * values["model.depth"]


def test_a_default_space_where_the_recipe_has_none(recipe):
    report = search(load_setup(recipe("")), trials=4, stages=1)
    assert set(found(report)["trials"][0]["values"]) == {
        "optimizer.learning_rate",
        "regularization.l2",
        "training.batch_size",
        "model.width",
        "model.depth",
        "model.dropout",
    }


def test_importance_names_what_matters(recipe):
    space = SPACE.replace("low = 16", "low = 32")
    report = search(load_setup(recipe(space)), trials=24, stages=1)
    first = found(report)["importance"][0]
    assert first.key == "optimizer.learning_rate"
    assert first.low <= first.share <= first.high


def test_a_budget_ends_the_search_and_says_so(small, tmp_path):
    report = search(small, budget=1e-9, study=tmp_path / "s.journal")
    assert report.verdict is Verdict.UNDECIDED
    assert "budget" in report.summary[0]
    assert report.next_step.endswith("--resume")
    assert len(trials(search(small, study=tmp_path / "s.journal", resume=True))) == 8


def test_how_long_a_confirmation_takes_is_learned_of_each_trial(small, monkeypatch):
    heard = []
    monkeypatch.setattr(Until, "ended", lambda self, trial: heard.append(trial))
    assert len(trials(search(small))) == len(heard)
    assert all(one.seconds > 0 and one.trained > 0 for one in heard)


@pytest.mark.parametrize("kept", ["study", "storage"])
def test_the_command_that_goes_on_with_a_stopped_search_runs(recipe, tmp_path, monkeypatch, kept):
    place, best = tmp_path / "the trials", tmp_path / "my best.toml"
    given = {"trials": 5, "stages": 1, "sampler": "qmc", "write": best, "force": True}
    given[kept] = place if kept == "study" else f"sqlite:///{place}"
    best.write_text("an older one", encoding="utf-8")
    stopped = search(load_setup(recipe()), budget=1e-9, **given)
    assert not trials(stopped)
    assert stopped.next_step.startswith("nndoctor search ")
    monkeypatch.setattr(sys, "argv", shlex.split(stopped.next_step))
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code
    del given["write"], given["force"]
    resumed = search(load_setup(recipe()), resume=True, **given)
    assert len(trials(resumed)) == 5
    assert load_setup(best).total_updates > 0


def test_the_command_that_writes_the_winner_finds_the_same_one(small):
    report = search(small, trials=5, stages=1, sampler="qmc")
    if found(report)["winner"]["values"]:
        assert "--trials 5 --stages 1 --sampler qmc --write best.toml" in report.next_step


def optimism(report):
    """What is said of scores that are too high."""
    return [word for word in report.words if "too high" in word]


def test_what_is_said_of_a_confirmed_score_is_true(small, recipe, monkeypatch):
    (told,) = optimism(search(small))
    assert told.endswith("the confirmed one does not")
    few = load_setup(recipe(), set=["data.n=300"])
    (told,) = optimism(search(few, trials=4, stages=1))
    assert "the confirmed one does not" not in told
    assert "searched on" in told
    from nndoctor.searching import search as searching

    def stopped(*_):
        raise Interrupted

    monkeypatch.setattr(searching, "confirmed", stopped)
    (told,) = optimism(search(small))
    assert "confirmed" not in told


def test_a_winner_that_was_chosen_on_the_confirmation_rows_is_said_to_be(small, monkeypatch):
    from nndoctor.searching import search as searching

    confirmed = searching.confirmed

    def another(recipes, *args):
        sure = confirmed(recipes, *args)
        if len(recipes) == 1:
            return sure
        first, second, *others = sure.contenders
        return dataclasses.replace(sure, contenders=(second, first, *others))

    monkeypatch.setattr(searching, "confirmed", another)
    (told,) = optimism(search(small))
    assert "the confirmed one does not" not in told
    assert "chosen" in told


def test_random_against_a_grid(small):
    report = compare_samplers(small, trials=5)
    table = report.evidence[0]
    distinct = {row[0]: row[3] for row in table.rows}
    assert distinct["random"] > distinct["grid"]
    (figure,) = report.evidence[1:]
    assert [line.name for line in figure.lines] == ["random", "grid"]
    assert report.summary[0].startswith("random ")


def test_too_few_rows_are_refused(tmp_path, recipe):
    path = recipe()
    with pytest.raises(NNDoctorError, match="too few"):
        search(load_setup(path, set=["data.n=40"]))


def test_the_recipe_that_shows_it_runs():
    setup = load_setup(ROOT / "recipes" / "search-digits.toml", set=["training.epochs=1"])
    report = search(setup, trials=4, stages=1)
    assert set(found(report)["trials"][0]["values"]) == set(setup.recipe.search.space)


def test_an_interval_beside_zero_that_shows_nothing_is_explained(small, monkeypatch):
    from nndoctor.searching import search as searching

    confirmed = searching.confirmed

    def behind(recipes, *args):
        sure = confirmed(recipes, *args)
        apart = Difference(-0.03, 0.01, 20.0)
        few = len(sure.behind)
        return dataclasses.replace(sure, behind=(apart,) * few, shown=(False,) * few)

    monkeypatch.setattr(searching, "confirmed", behind)
    (told,) = [line for line in search(small).summary if "the unchanged recipe" in line]
    assert "where all 3 comparisons count together (Holm): -0.030 (-0.051 to -0.009)" in told
