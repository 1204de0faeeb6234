"""The file of a run: plain arrays, whole or not there, and refused where it is something else."""

import json
import os
import stat
from contextlib import suppress

import numpy as np
import pytest

from nndoctor.errors import DataError, NNDoctorError, UsageError
from nndoctor.setup import load_model, resume_network, save_network
from nndoctor.training import Checkpoint, Ending, Progress, load_checkpoint, save_checkpoint

from .runs import Stop, made, trained


def saved(path, *changes, watch=None):
    setup = made(*changes)
    run, network, progress = trained(setup, watch)
    save_network(path, setup, setup.recipe.training.seed, network, progress, run.ending)
    return setup, network, progress


def test_it_is_an_npz_without_any_pickle(tmp_path):
    path = tmp_path / "run.npz"
    early = "training.early_stopping.patience=3"
    _, network, progress = saved(path, early, "training.ensemble.checkpoints=2")
    with np.load(path, allow_pickle=False) as file:
        arrays = dict(file)
    assert not any(array.dtype.hasobject for array in arrays.values())
    for name, array in network.state().items():
        if name not in ("theta", "running", "average"):  # those are of the best epoch by now
            np.testing.assert_array_equal(arrays[f"network.{name}"], array)
    read = load_checkpoint(path)
    assert repr(read.progress.epochs) == repr(progress.epochs)
    assert read.progress.best == progress.best
    assert read.progress.kept.keys() == progress.kept.keys()
    assert read.ending is Ending.COMPLETED
    assert list(tmp_path.iterdir()) == [path]


def test_every_number_of_the_table_survives(tmp_path):
    setup, network, progress = saved(tmp_path / "run.npz", "data.validation=0")
    assert np.isnan(progress.epochs[-1].validation_loss)
    save_network(tmp_path / "again.npz", setup, 0, network, progress, None)
    read = load_checkpoint(tmp_path / "again.npz")
    assert repr(read.progress.epochs) == repr(progress.epochs)
    assert read.ending is None


class Unwilling:
    """An array that breaks in the middle of being written."""

    dtype, shape = np.dtype(float), (3,)

    def __array__(self, *given, **more):
        raise KeyboardInterrupt


def test_writing_that_breaks_off_leaves_the_last_file(tmp_path):
    path = tmp_path / "run.npz"
    saved(path)
    before = path.read_bytes()
    broken = Checkpoint({"theta": np.ones(3)}, Progress(), None, {}, {"last": Unwilling()})
    with pytest.raises(KeyboardInterrupt):
        save_checkpoint(path, broken)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(os.name != "posix", reason="modes and links of POSIX")
def test_the_file_has_the_mode_of_any_other_and_a_link_stays_one(tmp_path):
    (tmp_path / "plain").touch()
    target, link = tmp_path / "there.npz", tmp_path / "link.npz"
    link.symlink_to(target)
    saved(link)
    assert link.is_symlink()
    assert stat.S_IMODE(target.stat().st_mode) == stat.S_IMODE((tmp_path / "plain").stat().st_mode)


def contents(path):
    read = load_checkpoint(path)
    arrays = {**read.network, **read.more, **read.progress.best_arrays}
    held = {name: array.tobytes() for name, array in arrays.items()}
    losses = [array.tobytes() for array in read.progress.losses + read.progress.rates]
    return held, losses, repr(read.progress.epochs), json.dumps(read.about)


def test_a_damaged_file_is_refused_or_reads_as_it_was_written(tmp_path):
    path = tmp_path / "run.npz"
    saved(path, "training.epochs=1")
    whole, expected = path.read_bytes(), contents(path)
    rng, refusals = np.random.default_rng(0), []
    damaged = tmp_path / "damaged.npz"
    for position in rng.choice(len(whole), 300, replace=False):
        content = bytearray(whole)
        content[position] ^= 1 << int(rng.integers(8))
        damaged.write_bytes(content)
        try:
            assert contents(damaged) == expected
        except DataError as error:
            refusals.append(str(error))
    assert len(refusals) > 100
    assert all("is no saved network, or damaged" in told for told in refusals)


def test_no_damage_of_the_directory_hides_an_array(tmp_path):
    """No checksum covers it: an entry whose lengths are wrong swallows those behind it."""
    path, damaged = tmp_path / "run.npz", tmp_path / "damaged.npz"
    saved(path, "training.epochs=1")
    whole, expected = path.read_bytes(), contents(path)
    for position in range(whole.index(b"PK\x01\x02"), len(whole), 3):
        content = bytearray(whole)
        content[position] ^= 1 << position % 8
        damaged.write_bytes(content)
        with suppress(DataError):
            assert contents(damaged) == expected


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.99])
def test_a_file_that_is_cut_short(tmp_path, share):
    path = tmp_path / "run.npz"
    saved(path, "training.epochs=1")
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(DataError, match="is no saved network, or damaged") as raised:
        load_checkpoint(path)
    assert "--save" in raised.value.mistakes[0].hint


@pytest.mark.parametrize("content", ["npy", "npz", "pickle", "text", "notes", "list"])
def test_a_foreign_file(tmp_path, content):
    path = tmp_path / "run.npz"
    with path.open("wb") as file:
        if content == "npy":
            np.save(file, np.ones(3))
        elif content == "pickle":
            np.savez(file, notes=np.array({"format": 2}, object))
        elif content == "text":
            file.write(b"hello")
        elif content == "npz":
            np.savez(file, X=np.ones(3))
        else:
            held = {"format": 2} if content == "notes" else [1]
            np.savez(file, notes=np.array(json.dumps(held)))
    with pytest.raises(DataError, match="is no saved network"):
        load_model(path)


def test_another_format_is_named(tmp_path):
    path = tmp_path / "run.npz"
    np.savez(path, notes=np.array(json.dumps({"format": 99})))
    with pytest.raises(DataError, match="format 99, this version reads 2") as raised:
        load_checkpoint(path)
    assert raised.value.mistakes[0].hint


def test_a_file_that_is_not_there_and_a_folder(tmp_path):
    for path, word in ((tmp_path / "none.npz", "No such file"), (tmp_path, "directory")):
        with pytest.raises(DataError, match=word) as raised:
            load_checkpoint(path)
        assert raised.value.mistakes[0].hint


def refused(path, *changes, seed=0):
    with pytest.raises(NNDoctorError) as raised:
        resume_network(path, made(*changes), seed)
    assert raised.value.mistakes[-1].hint
    return str(raised.value), raised.value.mistakes[-1].hint


def test_another_recipe_is_refused_by_the_keys_that_differ(tmp_path):
    path = tmp_path / "run.npz"
    saved(path, "training.early_stopping.patience=3", watch=Stop(1))
    kept = "training.early_stopping.patience=3"
    told, hint = refused(path, kept, "optimizer.learning_rate=0.02", "model.hidden=[7]")
    assert "optimizer.learning_rate was 0.01, now 0.02" in told
    assert "model.hidden was [6], now [7]" in told
    assert "only training.epochs may differ" in hint
    told, _ = refused(path)  # a table that is left out is a difference too
    assert "training.early_stopping.patience was 3, now not set" in told


def test_a_wholly_other_recipe_is_refused_in_one_sentence(tmp_path):
    path = tmp_path / "run.npz"
    saved(path, watch=Stop(1))
    other = ("optimizer.name=sgd", "optimizer.learning_rate=0.5", "model.hidden=[7]")
    told, _ = refused(path, *other, "model.activation=tanh", "training.batch_size=7")
    assert told.count("was") - 1 == 3
    assert "2 more keys differ" in told
    assert "None" not in told


def test_another_seed_is_refused_with_the_one_to_give(tmp_path):
    path = tmp_path / "run.npz"
    saved(path, watch=Stop(1))
    told, hint = refused(path, "training.seed=4", seed=4)
    assert "trained from seed 0, now it is 4" in told
    assert hint == "--seed 0"


def test_other_rows_are_refused(tmp_path):
    def rows(shift):
        lines = [f"{i % 7 + shift},{i % 5},{i % 2}" for i in range(40)]
        (tmp_path / "rows.csv").write_text("\n".join(["a,b,y", *lines]), encoding="utf-8")
        text = '[data]\npath = "rows.csv"\ntarget = "y"\n[model]\nhidden = [3]\n'
        return made(text=text, folder=tmp_path)

    setup = rows(0)
    run, network, progress = trained(setup, Stop(1))
    save_network(tmp_path / "run.npz", setup, 0, network, progress, run.ending)
    assert resume_network(tmp_path / "run.npz", rows(0), 0)[1].updates == 1
    with pytest.raises(DataError, match="other rows than recipe has now"):
        resume_network(tmp_path / "run.npz", rows(1), 0)


def test_a_finished_run_says_so(tmp_path):
    path = tmp_path / "run.npz"
    saved(path)
    assert resume_network(path, made(), 0)[1].ended is Ending.COMPLETED
    assert resume_network(path, made("training.epochs=50"), 0)[1].ended is None
    exploding = ["optimizer.name=sgd", "optimizer.learning_rate=300"]
    saved(path, *exploding)
    setup = made(*exploding, "training.epochs=50")
    network, progress = resume_network(path, setup, 0)
    assert progress.ended is Ending.EXPLODED
    before, updates = network.theta.copy(), progress.updates
    run, network, progress = trained(setup, None, network, progress)
    assert (run.ending, progress.updates) == (Ending.EXPLODED, updates)
    assert network.theta.tobytes() == before.tobytes()


def test_full_batch_optimizers_are_not_resumed(tmp_path):
    path = tmp_path / "run.npz"
    saved(path, "optimizer.name=lbfgs", watch=Stop(1))
    told, _ = refused(path, "optimizer.name=lbfgs")
    assert "lbfgs, which can't be resumed" in told


def test_a_place_that_cannot_be_written(tmp_path):
    setup, network, progress = saved(tmp_path / "run.npz")
    with pytest.raises(UsageError, match="can't be written: No such file") as raised:
        save_network(tmp_path / "nowhere" / "run.npz", setup, 0, network, progress, None)
    assert raised.value.mistakes[0].hint
