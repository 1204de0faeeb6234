"""A run that was stopped and goes on from its file is, to the bit, the run that was not."""

import pytest

from nndoctor.setup import resume_network, save_network
from nndoctor.training import Ending

from .runs import Stop, bits, made, trained

KINDS = {
    "sgd": ["optimizer.name=sgd"],
    "momentum": ["optimizer.name=momentum"],
    "adam": [],
    "adamw": ["optimizer.name=adamw", "optimizer.weight_decay=0.1"],
    "dropout": ["model.dropout=0.4"],
    "noise": ["training.noise.input_std=0.2"],
    "images": ["training.noise.mirror=true", "training.noise.image=[1, 2, 1]"],
    "batch norm": ["model.batch_norm=true"],
    "weight norm": ["model.weight_norm=true", "training.ema=0.9"],
    "weight norm by data": ["model.weight_norm=data"],
    "ema": ["training.ema=0.9"],
    "accumulate": ["training.accumulate=4"],
    "no shuffle": ["training.shuffle=false"],
    "whole batch": ["training.batch_size=1000"],
    "cosine": ["schedule.name=cosine", "schedule.warmup=3"],
    "step by epoch": ["schedule.name=step", "schedule.every=2", "schedule.per=epoch"],
    "plateau": ["schedule.name=plateau", "schedule.patience=1", "schedule.min_delta=0.5"],
    "early stopping": ["training.early_stopping.patience=2", "model.batch_norm=true"],
    "checkpoints": ["training.ensemble.checkpoints=3"],
    "rarely measured": ["training.validate_every=2"],
}


def in_pieces(setup, path, stops):
    """The same run, stopped at each of these counts of updates and resumed through the file."""
    network = progress = None
    for stop in stops:
        run, network, progress = trained(setup, stop, network, progress)
        if not run.ending.can_go_on:
            break
        save_network(path, setup, 0, network, progress, run.ending)
        network, progress = resume_network(path, setup, 0)
    return trained(setup, None, network, progress)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("kind", KINDS)
def test_stopped_and_resumed_is_not_stopped(kind, dtype, tmp_path):
    setup = made(f"training.dtype={dtype}", *KINDS[kind])
    run, network, progress = trained(setup)
    stops = [Stop(at) for at in counts(setup)]
    again, resumed, its_progress = in_pieces(setup, tmp_path / "run.npz", stops)
    assert bits(resumed, its_progress) == bits(network, progress)
    assert (again.ending, again.best) == (run.ending, run.best)


def counts(setup):
    """Ends of epochs, and one update behind: the first compiled call of a network makes one."""
    each = setup.epoch_updates
    return 1, each, each + 1, 2 * each, 3 * each, 3 * each + 1


def test_some_stops_above_lie_in_the_middle_of_an_epoch(tmp_path):
    setup = made()
    network = progress = None
    for at in counts(setup):
        run, network, progress = trained(setup, Stop(at), network, progress)
        assert (run.ending, progress.updates) == (Ending.INTERRUPTED, at)
        save_network(tmp_path / "run.npz", setup, 0, network, progress, run.ending)
        network, progress = resume_network(tmp_path / "run.npz", setup, 0)


def test_a_run_whose_time_was_over_goes_on(tmp_path):
    setup = made("training.epochs=3", "model.dropout=0.3")
    _, network, progress = trained(setup)
    first, stopped, its_progress = trained(setup, budget=0.0)
    assert first.ending is Ending.BUDGET
    assert 0 < its_progress.updates < progress.updates
    save_network(tmp_path / "run.npz", setup, 0, stopped, its_progress, first.ending)
    _, resumed, its_progress = trained(setup, None, *resume_network(tmp_path / "run.npz", setup, 0))
    assert bits(resumed, its_progress) == bits(network, progress)


def test_a_finished_run_goes_on_with_more_epochs(tmp_path):
    short, long = made("training.epochs=2"), made("training.epochs=5")
    run, network, progress = trained(short)
    save_network(tmp_path / "run.npz", short, 0, network, progress, run.ending)
    _, resumed, its_progress = trained(long, None, *resume_network(tmp_path / "run.npz", long, 0))
    _, network, progress = trained(long)
    assert bits(resumed, its_progress) == bits(network, progress)


def test_states_kept_for_an_ensemble_are_those_of_the_longer_run(tmp_path):
    checkpoints = "training.ensemble.checkpoints=2"
    short, long = made("training.epochs=4", checkpoints), made("training.epochs=8", checkpoints)
    run, network, progress = trained(short)
    assert list(progress.kept) == [2, 4]
    save_network(tmp_path / "run.npz", short, 0, network, progress, run.ending)
    _, _, progress = trained(long, None, *resume_network(tmp_path / "run.npz", long, 0))
    assert list(progress.kept) == [4, 8]
