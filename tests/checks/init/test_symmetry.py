"""ND308: units that copy others, for ever or at the start, are counted; drawn weights have none."""

from dataclasses import dataclass

import numpy as np
import pytest

from nndoctor.checks.init.symmetry import Copies, Symmetry
from nndoctor.findings import Status
from nndoctor.trainable import Plan

from ..fakes import Constants
from ..setups import made

CHECK = Symmetry()
SEEDS = (0, 1, 2)


def nd308(setup, seed=0):
    return CHECK.judge(CHECK.measure(setup.trainable, seed))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    "model",
    [
        'init = "zeros"\noutput_init = "zeros"',
        'init = "constant(0.1)"',
        'init = "ones"\nbatch_norm = true',
        'activation = "maxout"\ninit = "constant(0.1)"',
    ],
)
def test_two_constant_layers_are_one_unit_for_ever(model, seed):
    found = nd308(made("spiral", "[8, 8]", model=model), seed)
    assert found.status is Status.ERROR
    assert found.where.layer == "layer 1"
    assert found.measured == 7 / 8


@pytest.mark.parametrize("seed", SEEDS)
def test_units_called_copies_for_ever_are_that_after_training(seed):
    setup = made("spiral", "[8, 8]", model='init = "constant(0.1)"\nactivation = "tanh"')
    start = setup.trainable.fresh(seed)
    start.train(setup.train, Plan(50))
    first, second = (start.weights()[name] for name in ("layer 1", "layer 2"))
    np.testing.assert_allclose(first, first[:, :1] * np.ones(8), rtol=1e-3)  # sums round apart
    assert not np.allclose(second, second[:, :1] * np.ones(8), rtol=1e-2)


@pytest.mark.parametrize("seed", SEEDS)
def test_copies_that_the_layer_above_tells_apart_are_a_warning(seed):
    found = nd308(made("spiral", "[8]", model='init = "constant(0.1)"'), seed)
    assert found.status is Status.WARNING
    assert "only the layer above" in found.message


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    "model",
    [
        "",
        'output_init = "zeros"',
        'activation = "maxout"',
        'init = "orthogonal"',
    ],
)
def test_drawn_weights_and_a_zero_output_are_fine(model, seed):
    assert nd308(made("spiral", "[8, 8]", model=model), seed).status is Status.OK


def test_biases_tell_units_apart():
    setup = made("spiral", "[8]", model='init = "constant(0.1)"')
    start = setup.trainable.fresh(0)
    start.parameters()["layer 1 bias"][:] = np.arange(8)
    (copies,) = CHECK.measure(Given(start))
    assert (copies.differ_in, copies.differ) == (8, 8)


@dataclass
class Given:
    """A set-up whose only start is given."""

    start: object

    def fresh(self, seed):
        return self.start


@pytest.mark.parametrize(
    ("differ_in", "differ", "status"),
    [
        (10, 10, Status.OK),
        (9, 10, Status.WARNING),
        (1, 10, Status.WARNING),
        (9, 9, Status.WARNING),
        (6, 6, Status.WARNING),
        (5, 5, Status.ERROR),
        (1, 1, Status.ERROR),
    ],
)
def test_both_sides_of_the_threshold(differ_in, differ, status):
    sound, ill = Copies("layer 1", 10, 10, 10), Copies("layer 2", 10, differ_in, differ)
    found = CHECK.judge([sound, ill])
    assert found.status is status
    assert found.where.layer == (None if status is Status.OK else "layer 2")


def test_what_cannot_be_asked_is_skipped():
    assert CHECK.judge(()).status is Status.SKIP
    assert CHECK.judge(CHECK.measure(Constants(lambda seed: 1.0))).status is Status.SKIP
