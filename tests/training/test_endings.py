"""Why a run ends: each reason occurs, and says itself."""

from dataclasses import replace

import numpy as np
import pytest

from nndoctor import api
from nndoctor.checks.layers.broken_run import BrokenRun
from nndoctor.errors import UsageError
from nndoctor.findings import Status
from nndoctor.trainable import Batch
from nndoctor.training import Ending
from nndoctor.training.fit import EXPLODED_UPDATES

from .runs import Stop, made, trained

# One weight on standardised rows whose target is the input: the loss is (w - 1)^2, from w = 0 on.
# A step of rate r multiplies the error by 1 - 2 r.
LINE = """
[data]
path = "line.csv"
target = "y"
validation = 0
[data.preprocess]
features = "standardize"
target = "standardize"
[model]
hidden = []
output_init = "zeros"
[optimizer]
name = "sgd"
[schedule]
name = "manual"
per = "epoch"
[training]
epochs = 6
batch_size = 1000
"""


@pytest.fixture
def line(tmp_path):
    rows = "\n".join(f"{i / 7},{i}" for i in range(20))
    (tmp_path / "line.csv").write_text(f"x,y\n{rows}\n", encoding="utf-8")
    return lambda rates, *more: made(f"schedule.rates={rates}", *more, text=LINE, folder=tmp_path)


PLATEAU = ["schedule.name=plateau", "schedule.patience=1", "schedule.min_delta=0.99"]
CASES = {
    Ending.COMPLETED: ([], {}),
    Ending.CONVERGED: (["optimizer.name=lbfgs", "model.hidden=[]", "training.epochs=500"], {}),
    Ending.EARLY_STOPPED: (
        ["training.early_stopping={patience = 2, min_delta = 9.0}", "training.epochs=50"],
        {},
    ),
    Ending.PLATEAU: ([*PLATEAU, "training.epochs=50"], {}),
    Ending.EXPLODED: (["optimizer.name=sgd", "optimizer.learning_rate=300"], {}),
    Ending.NON_FINITE_LOSS: (["optimizer.name=sgd", "optimizer.learning_rate=1e30"], {}),
    Ending.BUDGET: ([], {"budget": 0.0}),
    Ending.INTERRUPTED: ([], {"watch": Stop()}),
}


@pytest.mark.parametrize("ending", Ending)
def test_every_ending_occurs_and_says_what_it_is(ending):
    changes, given = CASES[ending]
    run, _, progress = trained(made(*changes), **given)
    assert run.ending is ending
    assert len(run.ending.sentence.split()) >= 4
    assert (run.trace.first_bad is not None) == (ending is Ending.NON_FINITE_LOSS)
    assert run.epochs == tuple(progress.epochs)
    assert run.epochs[0].number == 0


def test_sentences_differ():
    assert len({ending.sentence for ending in Ending}) == len(Ending)


def test_losses_by_hand(line):
    run, _, _ = trained(line([0.25, 0.5]))
    assert [epoch.loss for epoch in run.epochs][:4] == pytest.approx([1, 1, 0.25, 0], abs=1e-6)
    assert [epoch.score for epoch in run.epochs][:4] == pytest.approx([0, 0, 0.75, 1], abs=1e-6)
    assert [epoch.rate for epoch in run.epochs][1:4] == pytest.approx([0.25, 0.5, 0.5])
    assert [epoch.updates for epoch in run.epochs] == [0, 1, 2, 3, 4, 5, 6]


def test_one_kick_may_pass_and_a_loss_that_stays_high_is_an_explosion(line):
    kicked, _, _ = trained(line([2.0, 0.5]))
    assert [epoch.loss for epoch in kicked.epochs][:4] == pytest.approx([1, 1, 9, 0], abs=1e-5)
    assert kicked.ending is Ending.COMPLETED
    climbing, _, _ = trained(line([2.0, 0.0001]))
    assert climbing.ending is Ending.EXPLODED
    assert [epoch.loss for epoch in climbing.epochs][:3] == pytest.approx([1, 1, 9], rel=1e-2)


def test_a_loss_that_comes_down_again_was_no_explosion(line):
    run, _, _ = trained(line([2.0, 0.0001, 0.0001, 0.5]))
    assert [epoch.loss for epoch in run.epochs][:6] == pytest.approx([1, 1, 9, 9, 9, 0], abs=0.1)
    assert run.ending is Ending.COMPLETED


def test_a_run_that_stays_high_is_broken_off_after_a_hundred_updates(line):
    run, _, _ = trained(line([2.0, 0.0001], "training.epochs=300"))
    assert run.ending is Ending.EXPLODED
    assert EXPLODED_UPDATES <= run.trace.updates < EXPLODED_UPDATES + 10


def test_three_times_the_first_loss_is_where_it_lies(line):
    below, above = ((factor**0.5 + 1) / 2 for factor in (2.99, 3.01))
    assert trained(line([below, 0.0001]))[0].ending is Ending.COMPLETED
    assert trained(line([above, 0.0001]))[0].ending is Ending.EXPLODED


@pytest.mark.parametrize("patience", [1, 2])
def test_an_exploding_run_is_not_called_one_that_stopped_early(line, patience):
    setup = line([2.0], f"training.early_stopping.patience={patience}", "data.validation=0.2")
    assert trained(setup)[0].ending is Ending.EXPLODED


def test_a_loss_that_breaks_is_told_with_step_and_layer():
    setup = made("optimizer.name=sgd", "optimizer.learning_rate=1e30", "model.hidden=[4, 4]")
    run, _, _ = trained(setup)
    assert run.trace.first_bad.step == run.trace.updates
    assert run.trace.first_bad.layer in setup.trainable.names
    assert BrokenRun().judge(run.trace).status is Status.ERROR


def test_a_run_whose_first_loss_is_not_finite_is_over_at_once():
    setup = made("model.hidden=[4, 4]")
    huge = np.full_like(setup.train.x, np.nan)
    run, network, _ = trained(replace(setup, train=Batch(huge, setup.train.y)))
    assert (run.ending, run.trace.updates, len(run.epochs)) == (Ending.NON_FINITE_LOSS, 0, 1)
    assert (run.trace.first_bad.step, run.trace.first_bad.layer) == (0, "layer 1")
    np.testing.assert_array_equal(network.theta, setup.trainable.fresh(0).theta)


def test_one_bad_row_is_found_before_it_is_trained_on():
    setup = made()
    setup.train.x[-1] = np.inf
    run, _, _ = trained(setup)
    assert (run.ending, run.trace.updates) == (Ending.NON_FINITE_LOSS, 0)


def test_a_last_update_that_breaks_the_loss_is_not_completion(line):
    run, _, _ = trained(line([1e30], "training.epochs=1"))
    assert np.isfinite(run.trace.loss).all()
    assert run.epochs[-1].loss == pytest.approx(1)
    assert run.ending is Ending.NON_FINITE_LOSS
    assert run.trace.first_bad.step == 1


def test_the_budget_counts_from_the_start_of_each_run():
    assert trained(made(), budget=1e6)[0].ending is Ending.COMPLETED
    for budget in (-1.0, float("nan")):
        with pytest.raises(UsageError, match="a budget of"):
            api.train(made(), budget=budget)


@pytest.mark.parametrize(("every", "numbers"), [(1, [0, 1, 2, 3, 4, 5]), (2, [0, 2, 4, 5])])
def test_epochs_are_measured_as_often_as_asked_for_and_at_the_end(every, numbers):
    run, network, _ = trained(made(f"training.validate_every={every}"))
    assert [epoch.number for epoch in run.epochs] == numbers
    assert run.epochs[-1].validation_loss == network.loss(made().validation)


def test_without_validation_rows_the_training_loss_decides():
    run, _, _ = trained(made("data.validation=0"))
    assert all(np.isnan(epoch.validation_loss) for epoch in run.epochs)
    assert [epoch.watched for epoch in run.epochs] == [epoch.loss for epoch in run.epochs]
    assert run.best is None
