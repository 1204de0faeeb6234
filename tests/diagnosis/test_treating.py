"""One cause tried by hand: the verdict is of the recipe, the effect stands below it."""

import numpy as np
import pytest

from nndoctor import api
from nndoctor.diagnosis.diagnosis import written
from nndoctor.errors import UsageError
from nndoctor.findings import Verdict
from nndoctor.watch import Watch

pytestmark = pytest.mark.slow  # whole runs, or processes of their own

RECIPE = """\
[data]
generator = "moons"
n = 200
noise = 0.1
preprocess.features = "standardize"
[model]
hidden = [16]
[optimizer]
name = "{name}"
learning_rate = {rate}
[training]
epochs = 30
batch_size = 16
"""


def opened(path, name: str = "adam", rate: float = 0.01, text: str = RECIPE):
    (path / "recipe.toml").write_text(text.format(name=name, rate=rate), encoding="utf-8")
    return api.load_setup(path / "recipe.toml")


def test_a_cure_of_a_sick_recipe_is_told_with_its_score(tmp_path):
    report = api.treat(opened(tmp_path, "sgd", 300.0), "learning_rate_too_high")
    assert (report.verdict, report.exit_code()) == (Verdict.SICK, 1)
    assert "reaches the reference" in report.summary[1]
    table, confirmed = report.evidence
    plain, *changes, reference = table.rows
    assert (plain[0], plain[3]) == ("as it is", None)
    assert len(changes) == 6
    assert reference[0].startswith("reference")
    assert all(row[3] == pytest.approx(row[1] - plain[1]) for row in changes)
    plain, change, reference = confirmed.rows
    assert change[3] == pytest.approx(change[1] - plain[1])
    assert f"{change[0]} reaches the reference, MCC {change[3]:+.2f}" in report.summary[1]
    assert report.summary[1].endswith(", 3 fresh seeds")


@pytest.mark.parametrize(
    ("rate", "cause"), [(300.0, "learning_rate_too_high"), (0.0003, "learning_rate_too_low")]
)
def test_a_check_up_trains_the_same_change_on_the_same_seeds(tmp_path, rate, cause):
    setup = opened(tmp_path, "sgd", rate)
    told = api.checkup(setup)
    report = api.treat(setup, cause)
    assert report.verdict is told.verdict
    plain, change, _ = report.evidence[1].rows
    assert change[0] == written(told.prescription)
    seeds = int(report.evidence[1].caption.split(" fresh seeds")[0].split()[-1])
    assert plain[1] == pytest.approx(np.mean(told.before.scores[:seeds]))
    assert change[1] == pytest.approx(np.mean(told.after.scores[:seeds]))


def test_where_no_change_seems_to_help_none_is_confirmed(tmp_path):
    report = api.treat(opened(tmp_path, "sgd", 1e-6), "learning_rate_too_high")
    assert [row[0][:9] for row in report.evidence[1].rows] == ["as it is", "reference"]


def test_a_sick_recipe_stays_sick_where_the_change_does_not_help(tmp_path):
    report = api.treat(opened(tmp_path, "sgd", 1e-6), "learning_rate_too_high")
    assert report.verdict is Verdict.SICK
    assert report.summary[1].startswith("this does not help")


@pytest.mark.parametrize("cause", ["too_few_epochs", "learning_rate_too_high"])
def test_a_healthy_recipe_is_healthy_whatever_a_change_brings(tmp_path, cause):
    report = api.treat(opened(tmp_path, rate=0.02), cause)
    assert (report.verdict, report.exit_code()) == (Verdict.HEALTHY, 0)
    assert report.summary[0].startswith("as it is, MCC 0.9")


def test_a_dearer_change_is_left_out_once_one_cures(tmp_path):
    few = RECIPE.replace("epochs = 30", "epochs = 3")
    report = api.treat(opened(tmp_path, text=few, rate=0.02), "too_few_epochs")
    assert "training.epochs = 24 reaches the reference" in report.summary[1]
    rungs = [row[0] for row in report.evidence[0].rows[1:-1]]
    assert rungs == ["training.epochs = 9", "training.epochs = 24"]


def test_rows_that_nothing_can_learn_leave_it_undecided(tmp_path):
    rows = np.column_stack([np.ones((100, 2)), np.arange(100) % 2])
    np.savetxt(tmp_path / "rows.csv", rows, "%.6g", ",", header="a,b,y", comments="")
    text = '[data]\npath = "rows.csv"\ntarget = "y"\ntask = "classification"\n'
    text += "[model]\nhidden = [2]\n[training]\nepochs = 2\n"
    report = api.treat(opened(tmp_path, text=text), "learning_rate_too_low")
    assert (report.verdict, report.exit_code()) == (Verdict.UNDECIDED, 4)
    assert "better than chance" in report.summary[0]


def test_what_is_broken_off_tells_what_was_tried(tmp_path):
    class Stopped(Watch):
        tried = 0

        def advance(self, done: int, note: str = "") -> None:
            self.tried = done

        def cancelled(self) -> bool:
            return self.tried >= 2

    report = api.treat(opened(tmp_path, "sgd", 300.0), "learning_rate_too_high", Stopped())
    assert report.interrupted
    assert report.exit_code() == 130
    assert len(report.evidence[0].rows) == 4


def test_the_same_call_gives_the_same_numbers_for_any_number_of_workers(tmp_path):
    setup = opened(tmp_path, "sgd", 300.0)
    one, two = (api.treat(setup, "learning_rate_too_high", jobs=jobs) for jobs in (1, 2))
    assert one.evidence == two.evidence


@pytest.mark.parametrize(
    ("cause", "problem", "hint"),
    [
        ("learning_rate_too_hih", "there is no cause named", "did you mean"),
        ("nonsense", "there is no cause named", "nndoctor causes"),
        ("data_leak", "no change of a recipe removes data_leak", "a check"),
        ("dropout_too_high", "nothing to change", "a smaller dropout"),
    ],
)
def test_a_cause_that_can_not_be_treated_is_refused(tmp_path, cause, problem, hint):
    with pytest.raises(UsageError, match=problem) as refused:
        api.treat(opened(tmp_path), cause)
    assert hint in refused.value.mistakes[0].hint


@pytest.mark.parametrize(
    ("edits", "told"),
    [
        ({"model.init": None}, "without model.init"),
        ({"a": None, "b": None, "c": None}, "without a, b and c"),
        ({"a": None, "b": 1, "c": True}, "b = 1, c = true, without a"),
        ({"a": None, "b": 1, "c": 2, "d": 3}, "b = 1, c = 2, d = 3 (and 1 more)"),
        ({"a": None, "b": None, "c": None, "d": None}, "without a, b and c (and 1 more)"),
        ({"one line of code": ""}, "one line of code"),
        ({"stop": {"patience": 25, "min_delta": 0.1}}, "stop = {patience = 25, min_delta = 0.1}"),
    ],
)
def test_changes_are_told_as_they_can_be_written(edits, told):
    assert written(edits) == told
