"""ND311: vanishing, exploding and zero gradients are found, with their layer."""

import numpy as np
import pytest

from nndoctor.checks.init.first_gradients import FirstGradients, LayerGradient
from nndoctor.findings import Status
from nndoctor.trainable import Batch

from ..fakes import Constants, batch
from ..setups import made
from .hand_made import BATCH, ByHand

CHECK = FirstGradients()
SEEDS = (0, 1, 2)


def nd311(setup, seed=0):
    return CHECK.judge(*CHECK.measure(setup.trainable, setup.train, seed))


@pytest.mark.parametrize("seed", SEEDS)
def test_gradients_vanish_through_sigmoids(seed):
    model = 'activation = "sigmoid"\ninit = "glorot_uniform"'
    found = nd311(made("gaussian", str([30] * 10), data="d = 30", model=model), seed)
    assert found.status.severity >= Status.WARNING.severity
    assert (found.where.layer, "vanishing" in found.message) == ("layer 1", True)
    assert "vanishing_gradient" in found.suggests


@pytest.mark.parametrize("seed", SEEDS)
def test_gradients_explode_under_large_weights(seed):
    model = 'activation = "tanh"\ninit = "normal(0,2)"'
    found = nd311(made("gaussian", str([100] * 12), data="d = 100", model=model), seed)
    assert found.status.severity >= Status.WARNING.severity
    assert (found.where.layer, "exploding" in found.message) == ("layer 1", True)
    assert "exploding_gradient" in found.suggests


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    "model",
    ['init = "zeros"\noutput_init = "zeros"', 'init = "zeros"', 'init = "constant(-1)"'],
)
def test_layers_that_no_gradient_reaches_are_an_error(model, seed):
    found = nd311(made("xor", "[8, 8, 8]", model=model), seed)
    assert found.status is Status.ERROR
    assert "zero" in found.message


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    "model",
    [
        "",
        'activation = "tanh"\ninit = "xavier"',
        'init = "he_normal"\nbatch_norm = true',
        'activation = "selu"\ninit = "lecun_normal"',
        'output_init = "he_normal"',
    ],
)
def test_sound_networks_are_fine(model, seed):
    for setup in (made("spiral", "[32, 32]", model=model), made("sine", "[32, 32]", model=model)):
        assert nd311(setup, seed).status is Status.OK


@pytest.mark.parametrize("seed", SEEDS)
def test_an_output_of_zeros_holds_the_others_up_for_one_update_only(seed):
    found = nd311(made("spiral", "[8, 8]", model='output_init = "zeros"'), seed)
    assert found.status is Status.OK
    assert "holds gradients back" in found.message


def test_the_influence_by_hand():
    cost, seen = CHECK.measure(ByHand(l2=3.0), BATCH, 1)
    start = ByHand().fresh(1)
    gradients = start.gradients(BATCH)
    assert cost == pytest.approx(start.cost(BATCH))
    for one in seen:
        g, w = gradients[f"{one.layer} weights"], start.arrays[f"{one.layer} weights"]
        assert one.influence == pytest.approx(np.sqrt((g**2).sum() * (w**2).sum()) / cost)
        assert not one.waits
    # moving the weights of a layer along their own gradient moves the loss by that much
    w, g = start.arrays["output weights"], gradients["output weights"]
    w -= 1e-6 * g * np.linalg.norm(w) / np.linalg.norm(g)
    assert (cost - start.cost(BATCH)) / cost == pytest.approx(1e-6 * seen[1].influence, rel=1e-3)


@pytest.mark.parametrize("factor", [1e-3, 1e3])
def test_the_scale_of_the_loss_does_not_matter(factor):
    class Rescaled(ByHand):
        def fresh(self, seed):
            start = super().fresh(seed)
            cost, gradients = start.cost, start.gradients
            start.cost = lambda *args, **more: factor * cost(*args, **more)
            start.gradients = lambda *args, **more: {
                name: factor * g for name, g in gradients(*args, **more).items()
            }
            return start

    one, other = (CHECK.measure(setup, BATCH)[1] for setup in (ByHand(), Rescaled()))
    assert [a.influence for a in one] == pytest.approx([b.influence for b in other])


def judged(influence, cost=1.0, **more):
    ill = LayerGradient("layer 1", influence, 1.0, influence, **more)
    return CHECK.judge(cost, [ill, LayerGradient("output", 1.0, 1.0, 1.0)])


@pytest.mark.parametrize(
    ("influence", "status"),
    [
        (0.0, Status.ERROR),
        (0.99e-6, Status.ERROR),
        (1.01e-6, Status.WARNING),
        (0.99e-4, Status.WARNING),
        (1.01e-4, Status.OK),
        (0.99e3, Status.OK),
        (1.01e3, Status.WARNING),
        (0.99e5, Status.WARNING),
        (1.01e5, Status.ERROR),
        (np.inf, Status.ERROR),
        (np.nan, Status.ERROR),
    ],
)
def test_both_sides_of_every_threshold(influence, status):
    found = judged(influence)
    assert found.status is status
    assert found.where.layer == (None if status is Status.OK else "layer 1")


@pytest.mark.parametrize("cost", [np.nan, np.inf])
def test_a_loss_that_is_not_finite_has_no_sound_gradient(cost):
    assert judged(1.0, cost).status is Status.ERROR


def test_what_cannot_be_asked_is_skipped():
    assert judged(1.0, 0.0).status is Status.SKIP
    mute = CHECK.measure(Constants(lambda seed: 1.0), batch())
    assert CHECK.judge(*mute).status is Status.SKIP
    assert judged(0.0, waits=True).status is Status.OK


@pytest.mark.parametrize("seed", SEEDS)
def test_targets_in_the_thousands_pull_too_hard(seed):
    far = Batch(BATCH.x, 1e5 * (BATCH.y + 1))
    found = CHECK.judge(*CHECK.measure(ByHand(), far, seed))
    assert found.status is Status.WARNING
    assert "times as large as its weights" in found.message
    assert "target_not_scaled" in found.suggests


@pytest.mark.parametrize(
    ("pull", "status"),
    [(999.0, Status.OK), (1001.0, Status.WARNING), (np.nan, Status.WARNING), (1e9, Status.WARNING)],
)
def test_both_sides_of_the_pull(pull, status):
    assert judged(1.0, pull=pull).status is status
