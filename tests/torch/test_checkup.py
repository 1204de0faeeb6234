"""A check-up of PyTorch set-ups: causes are confirmed by retraining, and the cure is code."""

import pytest

pytestmark = pytest.mark.slow  # whole runs, or processes of their own

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402

import nndoctor as nd  # noqa: E402
from nndoctor.findings import Status, Verdict  # noqa: E402

from .setups import classes, cross_entropy  # noqa: E402
from .test_edits import forgets, sgd  # noqa: E402

BUDGET = 4


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """The clock ends what the work allows on a busy machine, its pace on a slow one."""
    monkeypatch.setattr("nndoctor.diagnosis.budget.PATIENCE", 1e4)
    monkeypatch.setattr("nndoctor.adapters.torch.work.pace", lambda: 1.0)


def small():
    return nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Linear(16, 4))


def told(**settings):
    model = settings.pop("model", small)
    setup = cross_entropy(model, classes(200), **{"epochs": 12} | settings)
    return nd.checkup(setup, budget=BUDGET)


def test_a_healthy_one_is_as_good_as_its_module_gets():
    answer = told(model=small)
    assert answer.verdict is Verdict.HEALTHY
    assert not answer.causes
    assert answer.budget["runs"] > 6
    assert answer.metric == "MCC"


def test_a_rate_that_is_too_high_is_confirmed_and_cured():
    answer = told(optimizer=sgd(lr=50.0))
    assert answer.verdict is Verdict.SICK
    assert answer.causes[0].cause == "learning_rate_too_high"
    assert answer.causes[0].confirmed
    assert answer.prescription_status == "confirmed"
    assert answer.code[0].startswith("lr = ")


def test_one_run_is_watched_before_anything_is_tried():
    seen = {one.code: one for one in told(optimizer=sgd(lr=50.0)).findings}
    assert "learning_rate_too_high" in seen["ND508"].suggests
    assert {"ND502", "ND503", "ND504", "ND612", "ND608"} <= set(seen)
    quiet = told(model=small).findings
    assert not [one for one in quiet if one.code[2] in "56" and one.status is Status.ERROR]


def test_gradients_that_are_left_over_are_seen_by_a_check_and_by_experiment():
    answer = told(step=forgets, optimizer=sgd(lr=0.5, momentum=0.9))
    assert "gradients_not_zeroed" in [one.cause for one in answer.causes[:2]]


def test_a_schedule_that_moves_on_with_each_batch_is_named_and_its_healthy_twin_is_not():
    def checked(per):
        def halving(optimizer):
            return torch.optim.lr_scheduler.StepLR(optimizer, 4, gamma=0.5)

        return told(optimizer=sgd(lr=0.5), schedule=halving, schedule_per=per)

    sick, healthy = checked("step"), checked("epoch")
    assert sick.causes[0].cause == "schedule_decays_too_fast"
    assert sick.causes[0].confirmed
    assert any("no scheduler.step()" in line for line in sick.code)
    assert healthy.verdict is Verdict.HEALTHY


def test_a_fast_one_trains_nothing():
    setup = cross_entropy(lambda: nn.Sequential(small(), nn.Softmax(dim=1)), classes())
    answer = nd.checkup(setup, fast=True)
    assert answer.causes[0].cause == "double_softmax"
    assert answer.trained is None
