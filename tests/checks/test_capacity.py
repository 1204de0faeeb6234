"""ND404: labels that mean something are learned faster than shuffled ones, and carry over."""

from dataclasses import replace

import numpy as np
import pytest

from nndoctor import api
from nndoctor.checks.learning.capacity import Capacity, Memories
from nndoctor.checks.measures.memorising import Memory, memorise, shuffled
from nndoctor.checks.measures.row_errors import Measured
from nndoctor.errors import NNDoctorError
from nndoctor.findings import Status
from nndoctor.trainable import Batch

from .fakes import REGRESSION, THREE, Valley
from .setups import made

FAST = 'name = "adam"\nlearning_rate = 1e-2'
CHECK = Capacity()


def nd404(setup, **options):
    (finding,) = api.capacity(setup, jobs=2, **options).findings
    return finding


@pytest.mark.parametrize("generator", ["blobs", "spiral", "moons", "sine"])
def test_labels_that_mean_something_are_told(generator):
    finding = nd404(made(generator, "[32]", optimizer=FAST), epochs=60)
    assert finding.status in (Status.OK, Status.NOTE), finding.message
    assert "carry signal" in finding.message


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_random_labels_are_learned_by_heart_and_called_random(seed):
    data = f"n = 250\nd = 20\nclasses = 2\nseed = {seed}"
    setup = made("gaussian", "[64]", data=data, optimizer=FAST, training=f"seed = {seed}")
    finding = nd404(setup)
    assert finding.status is Status.WARNING, finding.message
    assert "true labels memorised after" in finding.message
    assert "labels_shuffled" in finding.suggests


def test_true_labels_that_were_shuffled_are_found():
    setup = made("blobs", "[32]", optimizer=FAST)
    assert nd404(setup, epochs=50).status is Status.OK
    wrong = shuffled(setup.train, 5)
    assert nd404(replace(setup, train=wrong), epochs=50).status is Status.WARNING


def test_without_validation_rows_the_speed_decides():
    alone = made("blobs", "[32]", data="validation = 0.0", optimizer=FAST)
    assert nd404(alone, epochs=50).status is Status.OK
    wrong = replace(alone, train=shuffled(alone.train, 5))
    assert nd404(wrong, epochs=50).status is Status.WARNING


def test_shuffling_moves_targets_and_nothing_else():
    rows = Batch(np.arange(50.0)[:, None], np.arange(50)[:, None])
    other = shuffled(rows, 1)
    assert other.x is rows.x
    assert sorted(other.y.ravel()) == list(range(50))
    assert (other.y != rows.y).any()
    assert np.array_equal(shuffled(rows, 1).y, other.y)
    assert not np.array_equal(shuffled(rows, 2).y, other.y)


def remembered(rate=0.1, updates=100, learned=0.99, held=None):
    rows = Batch(np.zeros((4, 1)), np.array([[-1.0], [1.0], [-1.0], [1.0]]))
    return memorise(
        Valley(rate),
        rows,
        held,
        is_shuffled=False,
        seed=0,
        updates=updates,
        rate=rate,
        learned=learned,
        go_on=lambda _: True,
    )


def test_a_run_is_looked_at_on_the_way_and_ends_once_it_knows():
    slow, quick = remembered(), remembered(learned=-0.5)
    assert slow.updates[0] == 0
    assert slow.updates[-1] == 100
    assert len(quick.scores) == len(quick.updates) == len(quick.losses) > 30
    assert slow.losses[0] == pytest.approx(0.5)
    assert slow.learned_at is None
    assert 0 < quick.learned_at < 100
    assert quick.losses[-1] > slow.losses[-1]  # what is known once is not trained further
    assert remembered(1e200).bad_step is not None


def test_validation_errors_are_the_mean_of_the_looks():
    held = Batch(np.zeros((2, 1)), np.array([[0.0], [1.0]]))
    seen = remembered(rate=1.0, updates=2, held=held)  # w is 1, then 0 and 0
    assert seen.errors.tolist() == pytest.approx([0.0, 4.0])  # of a variance of a quarter


def memory(speed, is_shuffled=False, learned_at=40, **changed):
    return Memory(
        is_shuffled, (0, 40), (1.0, 0.5), (0.1, speed), np.zeros(2), learned_at, **changed
    )


def memories(gain=0.5, signal=None, learned_at=40, task=THREE, **changed):
    """Five seeds each; shuffled ones stray by 0.02, so two strays are 0.044."""
    strays = np.array([-2, -1, 0, 1, 2]) * 0.02 / np.sqrt(2.5)
    true = tuple(memory(0.4 + gain, learned_at=learned_at) for _ in range(5))
    return Memories(
        task,
        100,
        true,
        tuple(memory(0.4 + s, True, None) for s in strays),
        signal,
        0 if signal is None else 60,
        **changed,
    )


@pytest.mark.parametrize(
    ("seen", "status"),
    [
        (memories(), Status.OK),
        (memories(0.05), Status.OK),
        (memories(0.04), Status.WARNING),
        (memories(-0.3), Status.WARNING),
        (memories(0.0, Measured(0.1, 0.03)), Status.OK),
        (memories(0.0, Measured(0.1, 0.04)), Status.WARNING),
        (memories(0.5, Measured(0.1, 0.04)), Status.NOTE),
        (memories(0.5, Measured(np.nan, np.nan)), Status.NOTE),
        (memories(np.nan), Status.WARNING),
        (memories(0.0, Measured(np.nan, np.nan)), Status.WARNING),
        (memories(learned_at=None), Status.NOTE),
        (memories(cancelled=True), Status.SKIP),
        (memories(task=REGRESSION), Status.OK),
    ],
)
def test_judging_memories(seen, status):
    finding = CHECK.judge(seen)
    assert finding.status is status, finding.message
    assert bool(finding.advice) is (status.severity > Status.OK.severity)


@pytest.mark.parametrize(
    ("fall", "told"), [(0.04, "lower by 0.04 +-"), (-0.04, "higher by 0.04 +-")]
)
def test_a_difference_has_no_second_sign(fall, told):
    assert told in CHECK.judge(memories(signal=Measured(fall, 0.01))).message


def test_a_run_that_broke_is_no_verdict():
    seen = memories()
    broken = replace(seen, true=(*seen.true[:4], memory(0.4, bad_step=7)))
    assert CHECK.judge(broken).status is Status.SKIP
    assert "not finite at update 7" in CHECK.judge(broken).message
    hot = made("sine", optimizer='name = "sgd"\nlearning_rate = 1e9')
    assert nd404(hot, epochs=20).status is Status.SKIP


def test_rows_and_epochs_can_be_told_and_are_made_sure_of():
    setup = made("blobs", "[8]", optimizer=FAST)
    assert "90 rows" in nd404(setup, rows=90, epochs=5).message
    for wrong in ({"rows": 1}, {"epochs": 0}):
        with pytest.raises(NNDoctorError):
            nd404(setup, **wrong)
