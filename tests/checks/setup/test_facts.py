"""The facts of rows and targets, what all checks share, and sound designs."""

import numpy as np
import pytest

from nndoctor.checks.measures.design import design, facts_of_inputs, facts_of_targets
from nndoctor.checks.settings import configured
from nndoctor.checks.setup import SETUP_CHECKS
from nndoctor.checks.setup.bottleneck import Bottleneck
from nndoctor.checks.setup.setup_check import Fault, listed
from nndoctor.setup import blueprint
from nndoctor.trainable import Batch, Task

from ..setups import made
from .designs import ERROR, LABELS, NOTE, NUMBERS, OK, SKIP, THREE, TWO, plain, sound


@pytest.mark.parametrize("check", SETUP_CHECKS, ids=lambda check: check.code)
@pytest.mark.parametrize("task", [THREE, TWO, LABELS, NUMBERS], ids=lambda task: task.kind)
@pytest.mark.parametrize("make", [sound, plain], ids=["adam", "sgd"])
def test_a_sound_design_is_left_alone(check, task, make):
    finding = check.examine(make(task=task))
    assert finding.status in (OK, SKIP), finding.message
    assert (finding.suggests, finding.advice) == ((), "")


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_curvature_is_the_largest_eigenvalue(seed):
    x = np.random.default_rng(seed).normal(1, [1, 5, 0.1], (200, 3))
    ones = np.hstack([np.ones((200, 1)), x])
    facts = facts_of_inputs(x.astype(np.float32))
    largest = np.linalg.eigvalsh(ones.T @ ones / 200).max()
    assert facts.curvature == pytest.approx(largest, rel=1e-4)
    assert facts.variance == pytest.approx(np.cov(x.T, bias=True).trace(), rel=1e-4)


def test_curvature_is_never_overstated():
    x = np.random.default_rng(0).normal(0, 1, (500, 40))  # close eigenvalues, slow to tell apart
    ones = np.hstack([np.ones((500, 1)), x])
    largest = np.linalg.eigvalsh(ones.T @ ones / 500).max()
    assert 0.5 * largest < facts_of_inputs(x).curvature <= largest * (1 + 1e-9)


def test_facts_of_targets():
    y = np.array([[0.0, 1.0], [0.25, 0.75], [0.5, 0.5]])
    facts = facts_of_targets(Task("regression", "cross_entropy", 2), y)
    assert (facts.minimum, facts.maximum, facts.whole) == (0.0, 1.0, False)
    assert facts.within
    assert facts.shares
    assert not facts_of_targets(NUMBERS, np.array([[-1.0], [2.0]])).within


def test_class_numbers_are_read_as_one_hot_rows():
    facts = facts_of_targets(THREE, np.array([[0], [2], [1]]))
    assert (facts.minimum, facts.maximum, facts.shares, facts.whole) == (0.0, 1.0, True, True)


def test_a_single_odd_row_is_left_out_of_the_ends():
    y = np.r_[np.full(199, 0.5), -9.0][:, None]
    facts = facts_of_targets(NUMBERS, y)
    assert (facts.minimum, facts.low, facts.high) == (-9.0, 0.5, 0.5)


def test_a_missing_number_is_not_within():
    facts = facts_of_targets(NUMBERS, np.array([[0.5], [np.nan]]))
    assert not facts.within
    assert not facts.shares


def test_normalised_inputs_have_unit_size():
    setup = made("blobs", model="input_batch_norm = true")
    big = Batch(setup.train.x * 1000, setup.train.y)
    facts = design(blueprint(setup), setup.trainable.task, big)
    assert facts.inputs.variance == setup.train.x.shape[1]
    assert [plan.name for plan in facts.hidden] == ["layer 1"]
    assert facts.output.is_output


@pytest.mark.parametrize("place", ["before_activation", "after_activation", "after_dropout"])
def test_a_layer_is_normalised_wherever_its_norm_stands(place):
    norm = f'dropout = 0.2\nbatch_norm = true\nnorm = {{ place = "{place}" }}'
    setup = made("blobs", "[6, 5]", model=norm)
    facts = design(blueprint(setup), setup.trainable.task, setup.train)
    assert [plan.name for plan in facts.hidden] == ["layer 1", "layer 2"]
    assert facts.unnormalised == ()
    after = place != "before_activation"
    assert [plan.bias for plan in facts.hidden] == [after, after]  # nothing takes it away there
    assert [plan.name for plan in facts.plan.layers if not plan.linear] == (
        ["layer 1 norm", "layer 2 norm"] if after else []
    )
    bare = made("blobs", "[6, 5]", model="dropout = 0.2")
    facts = design(blueprint(bare), bare.trainable.task, bare.train)
    assert [plan.name for plan in facts.unnormalised] == ["layer 1", "layer 2"]


def test_all_faults_are_told_the_worst_first():
    faults = [
        Fault(NOTE, "first", ("too_deep",), "a", "layer 1"),
        Fault(ERROR, "second", ("wrong_loss", "too_deep"), "b", "output"),
        Fault(NOTE, "third", (), "a"),
    ]
    finding = Bottleneck().answer(faults, "fine", measured=2.0)
    assert (finding.status, finding.message) == (ERROR, "second; first; third")
    assert finding.suggests == ("wrong_loss", "too_deep")
    assert (finding.advice, finding.where.layer) == ("b; a", "output")
    assert Bottleneck().answer([], "fine").message == "fine"


def test_long_lists_of_layers_are_cut():
    assert listed(["a", "b", "c"]) == "a, b, c"
    assert listed(list("abcde")) == "a, b, c and 2 more"


def test_thresholds_can_be_set():
    assert configured(Bottleneck(), {"share": 0.5}, {}).share == 0.5
