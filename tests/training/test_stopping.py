"""Early stopping and plateaus: the decisions, against a slow reading of the same losses."""

import itertools

import numpy as np
import pytest

from nndoctor.adapters.network import Network
from nndoctor.engine.plateau import Plateau
from nndoctor.errors import RecipeError
from nndoctor.training import Ending

from .runs import answering, made, trained

NAN, INF = float("nan"), float("inf")


def told(setup, losses):
    """The set-up's network, but these are its validation losses, the untrained one's first."""
    network = setup.trainable.fresh(0)
    held = itertools.chain(losses, itertools.repeat(losses[-1]))

    def evaluate(batch):
        loss, outputs = Network.evaluate(network, batch)
        return (next(held) if batch is setup.validation else loss), outputs

    network.evaluate = evaluate
    return network


def stops_at(losses, patience, min_delta):
    """The epoch after which it stops, and the best one; the loss before training does not count."""
    best, best_epoch = INF, 0
    for epoch, loss in enumerate(losses[1:], 1):
        if not np.isnan(loss) and loss < best - (min_delta if best_epoch else 0):
            best, best_epoch = loss, epoch
        elif epoch - best_epoch == patience:
            return epoch, best_epoch
    return len(losses) - 1, best_epoch


SEQUENCES = [
    [1, 5, 4, 3, 3, 3, 3, 3],
    [1, 5, 4.5, 4.2, 4.1, 2, 3, 3, 3],
    [1, 1, 2, 3, 4, 5],
    [NAN, NAN, 3, 2, NAN, NAN, NAN, NAN],
    [1, NAN, NAN, NAN, NAN],
    [1, INF, INF, 4, NAN, 3, INF, INF, INF],
    [9, 8, 7, 6, 5, 4],
]


@pytest.mark.parametrize("min_delta", [0.0, 0.4])
@pytest.mark.parametrize("patience", [1, 2, 3])
@pytest.mark.parametrize("losses", SEQUENCES, ids=str)
def test_it_stops_where_patience_ends(losses, patience, min_delta):
    early = f"training.early_stopping={{patience = {patience}, min_delta = {min_delta}}}"
    setup = made(early, f"training.epochs={len(losses) - 1}")
    run, _, _ = trained(setup, network=told(setup, losses))
    last, best = stops_at(losses, patience, min_delta)
    assert run.epochs[-1].number == last
    assert (run.best.number if run.best else 0) == best
    waited_out = last - best >= patience
    assert run.ending is (Ending.EARLY_STOPPED if waited_out else Ending.COMPLETED)


def test_patience_counts_epochs_also_where_few_are_measured():
    early = ["training.early_stopping.patience=4", "training.validate_every=2"]
    setup = made(*early, "training.epochs=20")
    run, _, _ = trained(setup, network=told(setup, [1, 5, 4, 6]))
    assert [epoch.number for epoch in run.epochs] == [0, 2, 4, 6, 8]
    assert run.best.number == 4


@pytest.mark.parametrize("watch", ["validation_score", "training_loss"])
def test_the_other_patience_counts_epochs_between_looks_too(watch):
    early = f"training.early_stopping={{patience = 4, min_delta = 9.0, watch = '{watch}'}}"
    run, _, _ = trained(made(early, "training.validate_every=3", "training.epochs=30"))
    assert run.ending is Ending.EARLY_STOPPED
    assert [epoch.number for epoch in run.epochs] == [
        0,
        3,
        6,
        9,
    ]  # 3 gains on nothing, 9 is 6 later


@pytest.mark.parametrize("change", ["model.batch_norm=true", "training.ema=0.8", "model.dropout=0"])
def test_the_best_epoch_is_brought_back_whole(change):
    setup = made(change, "training.early_stopping.patience=3", "training.epochs=40")
    losses = [1, 5, 4, 3, 6, 6, 6]
    run, network, progress = trained(setup, network=told(setup, losses))
    assert (run.ending, run.best.number, run.epochs[-1].number) == (Ending.EARLY_STOPPED, 3, 6)
    short = made(change, "training.epochs=3")
    _, expected, _ = trained(short)
    for name, array in answering(expected).items():
        np.testing.assert_array_equal(answering(network)[name], array)
    assert run.best.loss == progress.epochs[3].loss
    assert progress.updates == 6 * setup.epoch_updates


def test_a_validation_that_never_is_a_number_leaves_the_last_parameters():
    setup = made("training.early_stopping.patience=3", "training.epochs=40")
    run, network, _ = trained(setup, network=told(setup, [NAN]))
    assert (run.ending, run.best, run.epochs[-1].number) == (Ending.EARLY_STOPPED, None, 3)
    _, expected, _ = trained(made("training.epochs=3"))
    np.testing.assert_array_equal(network.theta, expected.theta)


@pytest.mark.parametrize("change", ["training.early_stopping.patience=3"])
def test_without_validation_rows_there_is_no_early_stopping(change):
    with pytest.raises(RecipeError, match="early_stopping without validation rows") as raised:
        made(change, "data.validation=0")
    assert "data.validation = 0.2" in raised.value.mistakes[0].hint


PLATEAU = ["schedule.name=plateau", "schedule.patience=1", "schedule.factor=0.5"]


@pytest.mark.parametrize(
    ("more", "warmth"),
    [
        ([], lambda t, each: np.ones(len(t))),
        (["schedule.warmup=9"], lambda t, each: np.minimum((t + 1) / 9, 1)),
        (
            ["schedule.warmup=3", "schedule.per=epoch"],
            lambda t, each: np.minimum((t // each + 1) / 3, 1),
        ),
    ],
    ids=["plain", "warm-up by step", "warm-up by epoch"],
)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_rates_are_those_of_the_watched_losses(more, warmth, dtype):
    setup = made(*PLATEAU, *more, f"training.dtype={dtype}", "training.epochs=9")
    losses = [9, 8, 8, 8, 7, NAN, INF, 7, 7, 7]
    run, _, _ = trained(setup, network=told(setup, losses))
    plateau, each, rates = Plateau(factor=0.5, patience=1), setup.epoch_updates, []
    for epoch in run.epochs[1:]:
        rates += [0.01 * plateau.current] * each
        plateau.observe(epoch.watched)
    assert plateau.current < 1
    t = np.arange(len(rates))
    expected = (np.array(rates) * warmth(t, each)).astype(dtype)
    np.testing.assert_allclose(run.trace.rate, expected, rtol=np.finfo(dtype).eps)


@pytest.mark.parametrize("rate", [0.1, 1e-3, 1e-5])
def test_a_plateau_ends_the_run_once_there_is_nothing_to_cut(rate):
    setup = made(
        "schedule.name=plateau",
        "schedule.patience=1",
        f"optimizer.learning_rate={rate}",
        "training.epochs=100",
    )
    run, _, _ = trained(setup, network=told(setup, [1.0]))
    assert run.ending is Ending.PLATEAU
    # PyTorch's rule: a cut of less than 1e-8 is not made; two more epochs show that it is due
    last = run.trace.rate[-1]
    assert last - 0.1 * last <= 1e-8 < 10 * last - last
    assert (run.trace.rate[-2 * setup.epoch_updates :] == last).all()


def test_a_loss_that_falls_is_no_plateau():
    setup = made("schedule.name=plateau", "schedule.patience=1", "training.epochs=12")
    run, _, _ = trained(setup, network=told(setup, [2.0**-k for k in range(13)]))
    assert run.ending is Ending.COMPLETED
    assert len(set(run.trace.rate.tolist())) == 1
