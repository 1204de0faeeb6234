"""A schedule of a set-up: every training follows it, interventions keep it or drop it."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from torch.optim import lr_scheduler  # noqa: E402

import nndoctor as nd  # noqa: E402
from nndoctor.diagnosis import interventions as kinds  # noqa: E402
from nndoctor.diagnosis.diagnosis import lines_of  # noqa: E402
from nndoctor.diagnosis.subject import Refused  # noqa: E402
from nndoctor.errors import UsageError  # noqa: E402
from nndoctor.subjects.torch.subject import TorchSubject  # noqa: E402
from nndoctor.trainable import Plan  # noqa: E402

from .setups import classes, cross_entropy, mlp  # noqa: E402


def sgd(parameters, lr=0.1):
    return torch.optim.SGD(parameters, lr=lr, momentum=0.9)


def halving(optimizer):
    return lr_scheduler.StepLR(optimizer, 1, gamma=0.5)


def cycle(optimizer):
    return lr_scheduler.OneCycleLR(optimizer, 0.8, total_steps=24)


def given(schedule, **settings):
    """96 rows, 6 updates an epoch."""
    settings = {"optimizer": sgd, "epochs": 4} | settings
    return cross_entropy(mlp, classes(), schedule=schedule, **settings)


def rates(changed, updates=None):
    """The learning rates that steps are made with."""
    start, rows = changed.trainable.fresh(0), changed._rows(0, None)[0]
    return start.train(rows, Plan(updates or changed.updates)).rate


@pytest.fixture
def whole(monkeypatch):
    """Subjects that train on all of their rows."""
    monkeypatch.setattr(
        TorchSubject, "_rows", lambda self, seed, part: (self.table.dataset, None, None)
    )
    monkeypatch.setattr(
        TorchSubject, "_training_rows", property(lambda self: len(self.table.dataset))
    )


def test_a_schedule_moves_on_with_each_epoch_or_with_each_step(whole):
    by_epoch = TorchSubject.of(given(halving))
    assert rates(by_epoch) == pytest.approx(np.repeat([0.1, 0.05, 0.025, 0.0125], 6))
    by_step = TorchSubject.of(given(halving, schedule_per="step"))
    assert rates(by_step, 4) == pytest.approx([0.1, 0.05, 0.025, 0.0125])
    words = given(halving).words
    assert "StepLR after each epoch: learning rate from 0.1 to 0.0125" in words


def test_a_run_that_is_left_and_goes_on_goes_by_the_same_rates():
    setup = given(halving)
    once, twice = setup.trainable.fresh(0), setup.trainable.fresh(0)
    whole = once.train(setup.train, Plan(24))
    first = twice.train(setup.train, Plan(9))
    kept = twice.state()
    other = setup.trainable.fresh(3)
    other.load(kept)
    second = other.train(setup.train, Plan(15))
    np.testing.assert_array_equal(whole.rate, np.concatenate([first.rate, second.rate]))
    for one, two in zip(once.model.parameters(), other.model.parameters(), strict=True):
        assert torch.equal(one, two)


def test_interventions_on_the_rate_and_the_optimizer_keep_the_schedule(whole):
    subject = TorchSubject.of(given(halving))
    tenth = subject.apply(kinds.ScaleRate(0.1))
    assert lines_of(tenth.change) == ("lr = 0.01",)
    assert rates(tenth) == pytest.approx(np.repeat([0.01, 0.005, 0.0025, 0.00125], 6))
    other = subject.apply(kinds.ReplaceOptimizer("adam"))
    assert type(other.trainable.fresh(0).optimizer).__name__ == "Adam"
    assert rates(other)[-1] == pytest.approx(1e-3 / 8)
    both = tenth.apply(kinds.DropSchedule())
    assert set(rates(both)) == {0.01}
    assert "no scheduler.step(): lr stays at 0.01" in lines_of(both.change)


def test_a_longer_training_goes_through_the_same_rates(whole):
    subject = TorchSubject.of(given(cycle, schedule_per="step"))
    longer = subject.apply(kinds.MoreUpdates(2))
    assert lines_of(longer.change) == ("epochs = 8  # and the schedule stretched to them",)
    assert rates(longer)[::2] == pytest.approx(rates(subject))
    assert isinstance(subject.apply(kinds.LowerMomentum()), Refused)


def test_a_plan_that_has_a_rate_of_its_own_is_not_scheduled():
    setup = given(halving)
    start = setup.trainable.fresh(0)
    assert set(start.train(setup.train, Plan(8, rate=0.3)).rate) == {0.3}
    assert start.optimizer.param_groups[0]["lr"] == 0.1


def test_the_reference_and_a_constant_rate_have_no_schedule(whole):
    subject = TorchSubject.of(given(halving))
    assert set(rates(subject.sound(1e-2, 24))) == {1e-2}
    assert isinstance(
        TorchSubject.of(given(lambda o: lr_scheduler.LambdaLR(o, lambda t: 1.0))).apply(
            kinds.DropSchedule()
        ),
        Refused,
    )


@pytest.mark.slow
@pytest.mark.parametrize("make", [halving, cycle])
def test_a_schedule_that_is_an_object_stays_as_it_was(make):
    model = mlp()
    optimizer = sgd(model.parameters())
    schedule = make(optimizer)

    def state():
        return repr((schedule.state_dict(), optimizer.state_dict()["param_groups"]))

    before, stepped = state(), optimizer.step
    setup = cross_entropy(model, classes(), optimizer=optimizer, schedule=schedule, epochs=4)
    setup.trainable.fresh(0).train(setup.train, Plan(24))
    nd.checkup(setup, budget=1)
    assert state() == before
    assert optimizer.step is stepped
    assert not optimizer.state


@pytest.mark.parametrize(
    ("schedule", "said"),
    [
        (lr_scheduler.ReduceLROnPlateau, "the schedule is a ReduceLROnPlateau"),
        (0.5, "the schedule is a float"),
        (halving(sgd(mlp().parameters())), "of another optimizer"),
    ],
)
def test_what_is_no_schedule_that_can_be_followed_is_told(schedule, said):
    with pytest.raises(UsageError, match=said):
        given(schedule)
    with pytest.raises(UsageError, match="schedule_per"):
        given(halving, schedule_per="batch")


@pytest.mark.parametrize("held", [False, True])
def test_a_plateau_goes_by_held_out_rows_or_by_the_updates(held):
    model = torch.nn.Linear(3, 1)
    optimizer = sgd(model.parameters())
    schedule = lr_scheduler.ReduceLROnPlateau(optimizer, "max", factor=0.5, patience=0)
    x = torch.randn(80, 3, generator=torch.Generator().manual_seed(1))
    rows = x[:40], x[:40, :1].clone()
    validation = (x[40:], x[40:, :1].clone()) if held else None
    setup = nd.torch.Setup(
        model=model, loss=torch.nn.MSELoss(), optimizer=optimizer, train=rows,
        validation=validation, epochs=6, batch_size=20, schedule=schedule,
    )  # fmt: skip
    said = "the loss of held-out rows" if held else "the mean loss of its updates"
    assert any(said in word for word in setup.words)
    rates = setup.trainable.fresh(0).train(setup.train, Plan(12)).rate
    first = optimizer.param_groups[0]["lr"]
    np.testing.assert_allclose(rates[[0, 2, 3]], first)
    assert rates[-1] < first
    assert schedule.best == -np.inf
    longer = setup.trainable.fresh(0).train(setup.train, Plan(3, rate=0.5))
    np.testing.assert_allclose(longer.rate, 0.5)
