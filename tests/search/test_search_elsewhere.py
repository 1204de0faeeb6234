"""A search whose trials are trained elsewhere: the same, and light on the way."""

import errno
import os

import pytest

from nndoctor import compare_samplers, load_setup, search
from nndoctor.errors import UsageError
from nndoctor.running.crew import doing

from ..running import crews
from .test_search import found, trials

RESHAPING = """\
[search.space]
"optimizer.learning_rate" = { low = 1e-5, high = 1e5, scale = "log" }
"optimizer.name" = ["sgd", "adam"]
"data.preprocess.features" = ["standardize", "none"]
"""


def test_trials_that_travel_between_rungs_have_the_same_bits(small, tmp_path):
    here = search(small, sampler="tpe", study=tmp_path / "here.journal")
    crew = crews.Packing()
    with doing(crew):
        there = search(small, sampler="tpe", study=tmp_path / "there.journal")
    assert repr(found(there)) == repr(found(here))
    again = search(small, sampler="tpe", study=tmp_path / "there.journal", resume=True)
    assert trials(again) == trials(here)
    assert crew.items


def test_trials_on_rows_prepared_anew_and_broken_ones_travel_too(recipe):
    setup = load_setup(recipe(RESHAPING))
    here = search(setup, trials=8, stages=1)
    with doing(crews.Packing()):
        there = search(setup, trials=8, stages=1)
    assert {one["outcome"] for one in found(here)["trials"]} >= {"broken", "complete"}
    assert repr(found(there)) == repr(found(here))


def test_what_is_sent_for_a_trial_grows_with_neither_rows_nor_updates(recipe):
    sizes = []
    for rows in (600, 6000):
        setup, crew = load_setup(recipe(), set=[f"data.n={rows}"]), crews.Packing()
        with doing(crew):
            search(setup, trials=4)
        order = 8 * 6000 * (rows == 6000)  # a number for each row: the order it has come to
        sizes.append(max(map(len, crew.items)) - order)
    assert sizes[1] <= sizes[0] < 8000


def test_random_against_grid_travels(recipe):
    setup = load_setup(recipe())
    here = compare_samplers(setup, trials=4)
    with doing(crews.Packing()):
        assert repr(compare_samplers(setup, trials=4)) == repr(here)


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_has_ended_is_kept_before_the_next_and_a_full_disk_is_told(
    small, tmp_path, monkeypatch, jobs
):
    """The journal takes three trials, then there is no room."""
    from nndoctor.searching.keeping import Kept

    saved, save = [], Kept.save

    def full(self, trial, space):
        if len(saved) == 3:
            raise UsageError(f"{self.place} can't be used: {os.strerror(errno.ENOSPC)}", "")
        saved.append(trial)
        save(self, trial, space)

    monkeypatch.setattr(Kept, "save", full)
    with pytest.raises(UsageError, match="No space left"):
        search(small, study=tmp_path / "s.journal", jobs=jobs)
    monkeypatch.setattr(Kept, "save", save)
    resumed = search(small, study=tmp_path / "s.journal", resume=True)
    kept = {(one["stage"], one["number"]): one for one in found(resumed)["trials"]}
    assert all(kept[one.stage, one.number]["score"] == one.score for one in saved)
