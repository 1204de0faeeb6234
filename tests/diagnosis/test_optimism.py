"""What equal rows on both sides of a split make a score read."""

import numpy as np
import pytest

from nndoctor import api
from nndoctor.diagnosis.budget import Budget
from nndoctor.diagnosis.examination import examine
from nndoctor.findings import Verdict
from nndoctor.recipe import loads
from nndoctor.setup import build

from .fakes import Fake

pytestmark = pytest.mark.slow  # whole runs, or processes of their own


def told(fake: Fake, budget: float = 10.0):
    return examine(fake, (), 0, Budget(budget), held=True)


def test_both_scores_are_told_of_the_same_seeds():
    seen = told(Fake(high=0.8, optimism=0.1)).optimism
    assert (seen.mixed, seen.apart) == (pytest.approx(0.9, abs=0.02), pytest.approx(0.8, abs=0.02))
    assert seen.more.mean == pytest.approx(seen.mixed - seen.apart)
    assert seen.shown


def test_a_difference_of_chance_is_not_shown():
    assert not told(Fake(high=0.8, optimism=0.0)).optimism.shown


def test_where_no_row_repeats_there_is_nothing_to_tell():
    answer = told(Fake(high=0.8))
    assert answer.optimism is None
    assert answer.to_dict()["optimism"] is None


def test_where_the_budget_is_spent_nothing_more_is_trained():
    fake = Fake(high=0.8, optimism=0.1)
    assert told(fake, budget=1e-3).optimism is None


def repeated(tmp_path, copies: int, budget: float = 20.0):
    random = np.random.default_rng(0)
    x = random.normal(size=(300, 6))
    y = (x[:, 0] > 0) ^ (random.random(300) < 0.2)
    x, y = np.concatenate([x] * copies), np.concatenate([y] * copies)
    dataset = np.column_stack([x, y])[random.permutation(len(y))]
    np.savetxt(tmp_path / "rows.csv", dataset, "%.9g", ",", header="a,b,c,d,e,f,y", comments="")
    text = (
        '[data]\npath = "rows.csv"\ntarget = "y"\ntask = "classification"\nvalidation = 0.2\n'
        '[model]\nhidden = [64]\n[optimizer]\nname = "adam"\nlearning_rate = 0.01\n'
        "[training]\nepochs = 60\n"
    )
    (tmp_path / "recipe.toml").write_text(text, encoding="utf-8")
    return api.checkup(build(loads(text), "recipe", text, tmp_path), budget=budget)


def test_rows_that_repeat_are_no_disease_and_the_honest_score_stands_beside(tmp_path):
    told = repeated(tmp_path, 3)
    assert told.verdict is not Verdict.SICK
    assert "data_leak" not in {one.cause for one in told.causes}
    assert told.optimism.shown
    assert told.optimism.mixed > told.optimism.apart + 0.3


def test_rows_that_are_there_once_have_one_score(tmp_path):
    assert repeated(tmp_path, 1, budget=3.0).optimism is None
