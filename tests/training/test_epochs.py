"""What is seen of epochs: means while they train, looks at validation rows, several in one go."""

import numpy as np
import pytest

from nndoctor.training import Course, Ending
from nndoctor.training.course import far_apart
from nndoctor.watch import Watch

from .runs import made, trained

LONG = ["training.epochs=260", "data.n=30", "training.batch_size=12"]


@pytest.mark.parametrize("generator", ["spiral", "sine"])
@pytest.mark.parametrize("size", [7, 48, 1000])
def test_means_over_the_epoch_are_those_of_its_batches_weighed_by_their_rows(generator, size):
    setup = made(f"data.generator={generator}", f"training.batch_size={size}")
    run, _, _ = trained(setup)
    rows, each = len(setup.train), setup.epoch_updates
    sizes = np.array([min(size, rows - start) for start in range(0, rows, min(size, rows))])
    for epoch in run.epochs[1:]:
        its = slice((epoch.number - 1) * each, epoch.number * each)
        assert epoch.loss == pytest.approx((run.trace.loss[its] * sizes).sum() / rows)
        assert epoch.score == pytest.approx((run.trace.score[its] * sizes).sum() / rows)


@pytest.mark.parametrize("generator", ["spiral", "sine"])
@pytest.mark.parametrize("size", [7, 1000])
def test_of_a_network_that_stands_still_they_are_its_loss_and_score(generator, size):
    still = ["optimizer.name=sgd", "optimizer.learning_rate=1e-30"]
    setup = made(f"data.generator={generator}", f"training.batch_size={size}", *still)
    run, network, _ = trained(setup)
    untrained, *others = run.epochs
    assert untrained.loss == network.loss(setup.train)
    for epoch in others:
        assert epoch.loss == pytest.approx(untrained.loss, rel=1e-6)
        assert epoch.score == pytest.approx(untrained.score, rel=1e-6)


def test_noise_is_in_the_means_and_not_in_validation():
    still = ["optimizer.name=sgd", "optimizer.learning_rate=1e-30"]
    setup = made("training.noise.input_std=50", "data.generator=sine", *still)
    run, network, _ = trained(setup)
    assert run.epochs[-1].loss > 2 * network.loss(setup.train)
    assert run.epochs[-1].validation_loss == network.loss(setup.validation)


def looks(epochs, most, every=None, begin=0):
    course, at, seen = Course(epochs, 1, every), begin, []
    while at < epochs:
        at = course.next_look(at, most)
        seen.append(at)
    return seen


def test_every_one_of_the_first_epochs_is_looked_at_and_later_one_in_a_hundred():
    seen = looks(5000, 10**9)
    assert seen[:199] == list(range(1, 200))
    assert seen[-1] == 5000
    gaps = np.diff(seen) / seen[1:]
    assert (gaps[200:-1] > 0.004).all()
    assert (gaps[199:] <= 0.01).all()


@pytest.mark.parametrize(("most", "every"), [(10**9, None), (8, None), (1, None), (99, 7)])
def test_looks_do_not_depend_on_where_the_run_went_on_or_ends(most, every):
    seen = looks(3000, most, every)
    for begin in (1, 199, 200, 201, 777, 2048):
        assert looks(3000, most, every, begin) == [epoch for epoch in seen if epoch > begin]
    short = looks(900, most, every)
    assert short[:-1] == [epoch for epoch in seen if epoch < short[-1]]
    course = Course(3000, 1, every)
    assert [e for e in range(1, 3001) if course.looked_at(e, most)] == seen
    assert max(np.diff(seen)) <= (every or most)


def test_looks_are_rare_where_epochs_cost_little():
    assert far_apart(parameters=600, layers=2, rows=300, updates=1, held=60) > 50
    assert far_apart(parameters=10**6, layers=3, rows=10_000, updates=80, held=1000) == 1
    apart = far_apart(parameters=10**6, layers=3, rows=1000, updates=8, held=3000)
    assert apart * 0.05 * 3 >= 3000 / 1000
    assert apart < 2 * 3000 / 1000 / (0.05 * 3)


@pytest.mark.parametrize(
    "decides",
    [
        "training.early_stopping.patience=300",
        "schedule={name = 'plateau', patience = 300}",
        "training.validate_every=1",
    ],
)
def test_each_epoch_is_looked_at_where_it_may_decide(decides):
    run, _, _ = trained(made(*LONG, decides))
    assert [epoch.number for epoch in run.epochs] == list(range(261))


def test_several_epochs_in_one_go_are_the_same_run():
    often, network, _ = trained(made(*LONG, "training.validate_every=1"))
    run, other, _ = trained(made(*LONG))
    assert [epoch.number for epoch in run.epochs] == [*range(201), *range(202, 261, 2)]
    at = {epoch.number: epoch for epoch in often.epochs}
    # by their texts: what was not measured is NaN, which equals nothing
    assert all(repr(epoch) == repr(at[epoch.number]) for epoch in run.epochs)
    assert run.trace.loss.tobytes() == often.trace.loss.tobytes()
    assert other.theta.tobytes() == network.theta.tobytes()


def test_states_for_an_ensemble_lie_between_looks():
    # 3 of 651 epochs: 217 is odd, and even ones alone are looked at from 200 on
    changes = ["training.epochs=651", "training.ensemble.checkpoints=3", *LONG[1:]]
    run, _, progress = trained(made(*changes))
    assert 217 not in [epoch.number for epoch in run.epochs]
    assert list(progress.kept) == [217, 434, 651]
    _, network, _ = trained(made("training.epochs=217", *LONG[1:]))
    np.testing.assert_array_equal(progress.kept[217]["theta"], network.theta)


@pytest.mark.parametrize("update", [2 * 208 + 1, 2 * 209 + 1, 2 * 209 + 2])
def test_a_loss_that_breaks_in_one_go_breaks_at_the_same_update(update):
    rates = [0.01] * (update - 1) + [1e30, 0.01]
    changes = [f"schedule={{name = 'manual', rates = {rates}}}", "optimizer.name=sgd", *LONG]
    ends = []
    for more in ([], ["training.validate_every=1"]):
        run, network, progress = trained(made(*changes, *more))
        assert run.ending is Ending.NON_FINITE_LOSS
        ends.append((run.trace.first_bad, run.trace.updates, progress.updates))
        ends[-1] += (network.theta.tobytes(),)
    assert ends[0] == ends[1]
    assert ends[0][0].step == update


class Poison(Watch):
    """After so many updates a weight is infinite, of a unit that relu keeps off all the same."""

    def __init__(self, network, at):
        self.network, self.at = network, at
        weights = network.weights()["layer 1"]
        weights[:, 0] = 0
        network.parameters()["layer 1 bias"][0] = -1

    def advance(self, done, doing="", **numbers):
        if done >= self.at:
            self.network.weights()["layer 1"][0, 0] = -np.inf


@pytest.mark.parametrize("at", [205, 206])
def test_weights_that_break_unseen_are_found_after_the_same_epoch(at, tmp_path):
    rows = "\n".join(f"{1 + i / 9},{i % 5}" for i in range(30))
    (tmp_path / "positive.csv").write_text(f"x,y\n{rows}\n", encoding="utf-8")
    text = '[data]\npath = "positive.csv"\ntarget = "y"\npreprocess.features = "none"\n'
    text += '[model]\nhidden = [6]\n[optimizer]\nname = "sgd"\nlearning_rate = 0.001\n'
    text += "[training]\nepochs = 400\nbatch_size = 100\n"
    found = []
    for more in ([], ["training.validate_every=1"], ["training.validate_every=100"]):
        setup = made("data.task=regression", *more, text=text, folder=tmp_path)
        network = setup.trainable.fresh(0)
        run, _, progress = trained(setup, Poison(network, at), network)
        assert np.isfinite(run.trace.loss).all()
        found.append((run.ending, run.trace.first_bad, progress.updates))
    assert found[0] == found[1] == found[2]
    assert found[0][0] is Ending.NON_FINITE_LOSS
    assert found[0][1].step == found[0][2] == at
