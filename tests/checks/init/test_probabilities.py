"""ND310: an untrained network that is sure of itself is found, whatever the task."""

from dataclasses import dataclass

import numpy as np
import pytest

from nndoctor.checks.init.probabilities import Opinion, Undecided
from nndoctor.findings import Status
from nndoctor.trainable import Batch, Task

from ..fakes import REGRESSION, THREE
from ..setups import made, scaled

CHECK = Undecided()
SEEDS = (0, 1, 2)
LABELS = Batch(np.zeros((9, 1)), np.arange(9)[:, None] % 3)
BINARY = Task("classification", "binary_cross_entropy", 1, values=(0.0, 1.0))
ONE = Task("classification", "cross_entropy", 1, from_logits=False, encoding="class")


@dataclass
class Says:
    """A set-up whose outputs are given."""

    outputs_: object
    task: Task = THREE

    def fresh(self, seed):
        return self

    def outputs(self, batch):
        return np.broadcast_to(np.asarray(self.outputs_, float), (len(batch), self.task.outputs))


def nd310(setup, rows=LABELS, seed=0):
    return CHECK.judge(CHECK.measure(setup, rows, seed))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("generator", ["spiral", "moons"])
def test_a_loud_output_layer_is_found(generator, seed):
    setup = made(generator, "[16]", model='output_init = "normal(0,100)"')
    found = nd310(setup.trainable, setup.train, seed)
    assert found.status is Status.ERROR
    assert "confident before training" in found.message


@pytest.mark.parametrize("seed", SEEDS)
def test_raw_inputs_are_found_and_one_outcome_for_all_is_told_as_that(seed):
    setup = scaled(made("spiral", "[16]", model='output_init = "he_normal"'), 300.0)
    assert nd310(setup.trainable, setup.train, seed).status is Status.ERROR
    found = nd310(Says([50.0, 0.0, 0.0]))
    assert "one outcome for all rows" in found.message
    assert "bias" in found.advice


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("init", ["normal(0,0.01)", "he_normal", "glorot_uniform", "zeros"])
@pytest.mark.parametrize("generator", ["spiral", "moons", "circles", "xor"])
def test_sound_weights_leave_it_undecided(generator, init, seed):
    setup = made(generator, "[32, 16]", model=f'output_init = "{init}"')
    assert nd310(setup.trainable, setup.train, seed).status is Status.OK


@pytest.mark.parametrize(
    ("task", "outputs", "y", "expected"),
    [
        # (largest, entropy of a row, of knowing nothing)
        (THREE, [0.0, 0.0, 0.0], LABELS.y, (1 / 3, np.log(3), np.log(3))),
        # logits ln 2, 0, 0: one half, and twice a quarter
        (THREE, [np.log(2), 0.0, 0.0], LABELS.y, (0.5, 1.5 * np.log(2), np.log(3))),
        (BINARY, [0.0], LABELS.y > 1, (0.5, np.log(2), 0.6365141683)),
        # ln 3: three quarters
        (BINARY, [np.log(3)], LABELS.y > 1, (0.75, 0.5623351446, 0.6365141683)),
        (ONE, [1.0], LABELS.y > 1, (1.0, 0.0, 0.6365141683)),
    ],
)
def test_by_hand(task, outputs, y, expected):
    seen = CHECK.measure(Says(outputs, task), Batch(LABELS.x, y.astype(float)))
    assert (seen.top, seen.rows, seen.most) == pytest.approx(expected, abs=1e-9)
    assert seen.mean == pytest.approx(seen.rows)


def test_a_network_that_says_the_shares_of_rare_labels_is_fine():
    rare = Batch(np.zeros((100, 1)), (np.arange(100) == 0).astype(float)[:, None])
    prior = Says([np.log(0.01 / 0.99)], BINARY)
    assert nd310(prior, rare).status is Status.OK
    assert nd310(Says([-20.0], BINARY), rare).status is Status.ERROR


def test_three_times_the_spread_of_sound_outputs_is_the_warning():
    rng = np.random.default_rng(0)
    for outputs in (2, 10, 100):
        task = Task("classification", "cross_entropy", outputs, encoding="class")
        rows = Batch(np.zeros((5000, 1)), rng.integers(outputs, size=(5000, 1)))
        told = []
        for spread in (1.0, 2.0, 4.0, 16.0):
            z = rng.normal(0, spread * np.sqrt(2), (5000, outputs))
            told.append(nd310(Says(z, task), rows).status)
        assert told == [Status.OK, Status.OK, Status.WARNING, Status.ERROR]


@pytest.mark.parametrize(
    ("rows", "status"),
    [
        (1.0, Status.OK),
        (0.301, Status.OK),
        (0.299, Status.WARNING),
        (0.101, Status.WARNING),
        (0.099, Status.ERROR),
        (0.0, Status.ERROR),
        (np.nan, Status.ERROR),
    ],
)
def test_both_sides_of_every_threshold(rows, status):
    assert CHECK.judge(Opinion(0.9, rows, 1.0, 1.0, 3)).status is status


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_outputs_that_are_not_finite_are_an_error(bad):
    assert nd310(Says([bad, 0.0, 0.0])).status is Status.ERROR


def test_what_cannot_be_asked_is_skipped():
    assert nd310(Says([1.0], REGRESSION)).status is Status.SKIP
    out = Task("classification", "binary_cross_entropy", 1, from_logits=False, values=(0.0, 1.0))
    assert "leave 0 to 1" in nd310(Says([1.5], out)).message
    same = Batch(LABELS.x, np.zeros((9, 1)))
    assert "one class" in nd310(Says([0.0, 0.0, 0.0]), same).message
