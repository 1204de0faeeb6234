"""Whether rows tell anything: that nothing can be learned is to be shown, too."""

import numpy as np
import pytest

from nndoctor import api
from nndoctor.comparison import arm
from nndoctor.diagnosis.evidence import Evidence
from nndoctor.diagnosis.learnable import could_learn, data_verdict, may_beat_chance
from nndoctor.diagnosis.references import BOOSTED, Reference, within_training
from nndoctor.diagnosis.subject import Tabular
from nndoctor.findings import Verdict
from nndoctor.subjects.scoring import agreement

from .fakes import Fake

LUCK = (0.0, 0.0, 0.14, 0.0, 0.0, 0.0, 0.0, 0.0, 0.16, 0.03)  # of 10 seeds on few rows


class Numbers(Fake):
    """Two inputs, and a target of numbers that no input goes with."""

    kind = "regression"

    def rows(self, seed, part):
        rng = np.random.default_rng(3)
        x, y = rng.normal(size=(200, 2)), rng.normal(size=(200, 1))
        return Tabular(x[:160], y[:160], x[160:], y[160:])

    def agreement(self, truth, guess):
        return agreement(self.kind, truth, guess)


def reference(*scores, name="a reference network"):
    inner = (0.9,) * len(scores)  # it has learned its training rows by heart
    groups = np.tile(np.array(scores)[:, None], 20)
    return Reference(name, arm(scores, groups), True, train_scores=inner)


@pytest.mark.parametrize(
    ("scores", "answer"),
    [((0.0,) * 3, Verdict.SICK), ((0.0,) * 10, Verdict.SICK), (LUCK, Verdict.UNDECIDED),
     ((0.002, 0.0, 0.0, 0.004, 0.01, 0.0, 0.0, 0.0, 0.0, 0.0), Verdict.SICK)],
)  # fmt: skip
def test_only_where_it_is_shown_that_nothing_is_learned_the_data_are_sick(scores, answer):
    told = data_verdict(Numbers(), [reference(*scores)], Evidence({}), held=True)
    assert told.verdict is answer, told.sentence
    few = answer is Verdict.UNDECIDED
    assert ("too_little_data" in {one.cause for one in told.causes}) is few
    assert ("it could be up to 0.1" in told.sentence) is few


class Drifting(Numbers):
    """What an input says of the target turns round where the held-out rows begin."""

    def rows(self, seed, part):
        made = super().rows(seed, part)
        return Tabular(made.x, made.x[:, :1], made.judged_x, -made.judged_x[:, :1])


def test_rows_of_another_law_are_called_neither_too_few_nor_random():
    """As the last ones in time may be: others of the training rows are foretold well."""
    told = data_verdict(Drifting(), [reference(0.0, 0.0, 0.0)], Evidence({}), held=True)
    assert told.verdict is Verdict.UNDECIDED
    assert [one.cause for one in told.causes] == ["train_test_mismatch"]
    assert "not on these held-out rows" in told.sentence


@pytest.mark.parametrize("seed", range(20))
def test_equal_rows_on_both_sides_are_not_learned_from(seed):
    """Targets drawn by lot, each row six times over: a neighbour would remember its own copy."""
    rng = np.random.default_rng(seed)
    x, y = np.repeat(rng.normal(size=(40, 2)), 6, axis=0), np.repeat(rng.normal(size=(40, 1)), 6, 0)
    score, judged = within_training(Numbers(), Tabular(x, y, x, y))
    assert (score < 0.5, judged) == (True, 60)


def test_more_seeds_are_asked_where_three_leave_it_open():
    assert may_beat_chance(Numbers(), [reference(0.04, 0.0, 0.03)], held=True)
    assert not may_beat_chance(Numbers(), [reference(0.0, 0.0, 0.0)], held=True)


def test_a_model_of_one_seed_leaves_nothing_open_and_classes_are_judged_as_before():
    trees = reference(0.04, name=BOOSTED)
    assert could_learn(Numbers(), [trees]) is None
    assert could_learn(Numbers(), [trees, reference(0.0, 0.0, 0.0)]) is None
    assert could_learn(Fake(), [reference(*LUCK)]) is None


@pytest.mark.slow
@pytest.mark.parametrize(("share", "answers"), [(0.3, {"undecided", "healthy"}), (0.0, {"sick"})])
def test_a_weak_law_in_few_rows_is_not_called_random_labels(tmp_path, share, answers):
    rng = np.random.default_rng(8)
    x, noise = rng.normal(size=(300, 5)), rng.normal(size=300)
    law = (x[:, 0] + x[:, 1]) ** 2
    y = np.sqrt(share) * law / law.std() + np.sqrt(1 - share) * noise
    path = tmp_path / "rows.csv"
    np.savetxt(path, np.column_stack([x, y]), "%.5f", ",", header="a,b,c,d,e,y", comments="")
    assert str(api.checkup(api.load_setup(path, "y"), jobs=1).verdict) in answers
