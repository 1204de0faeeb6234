"""Every gradient against centred differences of the loss that training itself reports."""

import numpy as np
import pytest

from nndoctor.engine.activations import ACTIVATIONS
from nndoctor.trainable import Plan

from ..oracles import network as oracle
from .helpers import FORMS, classes, gradient, mlp, smooth

STEP = 1e-5


def numerical_gradient(setup, batch, theta, seed):
    """Centred differences of loss plus penalty; the seed fixes the dropout masks."""
    l1, l2 = ([getattr(layer, key) for layer in setup.layers] for key in ("l1", "l2"))

    def objective(moved):
        net = setup.fresh(seed)
        net.theta[:] = moved
        loss = net.train(batch, Plan(1, batch_size=0, rate=0.0)).loss[0]
        return loss + oracle.penalty(setup.layout.weights(moved), l1, l2)

    slope = np.empty_like(theta)
    for i in range(theta.size):
        up, down = theta.copy(), theta.copy()
        up[i] += STEP
        down[i] -= STEP
        slope[i] = (objective(up) - objective(down)) / (2 * STEP)
    return slope


def relative_error(setup, batch, seed=3):
    theta = setup.fresh(seed).theta
    ours, differences = gradient(setup, batch, seed), numerical_gradient(setup, batch, theta, seed)
    return np.linalg.norm(ours - differences) / np.linalg.norm(differences)


@pytest.mark.parametrize("dropout", [0.0, 0.4], ids=["", "dropout"])
@pytest.mark.parametrize("penalty", [{}, {"l1": 0.02, "l2": 0.3}], ids=["", "penalty"])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_penalties_and_dropout(name, penalty, dropout):
    setup = mlp([3, 5, 4, 2], name, layer={"dropout": dropout} | penalty)
    assert relative_error(setup, smooth(9, 3, 2)) < 1e-6


def _puts_out_what_it_takes(output, form):
    positive = {"cross_entropy": ("sigmoid", "softmax", "exponential")}
    return form[1] or output in positive.get(form[0], ("sigmoid", "softmax"))


@pytest.mark.parametrize(
    ("output", "form"),
    [(one, form) for one in ACTIVATIONS for form in FORMS if _puts_out_what_it_takes(one, form)],
)
def test_losses_on_any_output_activation(output, form):
    setup = mlp([3, 4, 3], "tanh", output, form[0], from_logits=form[1])
    batch = smooth(9, 3, 3) if form[0] in ("mse", "mae") else classes(9, 3, 3)
    assert relative_error(setup, batch) < 1e-6


def test_the_check_notices_a_wrong_gradient():
    setup, batch = mlp([3, 4, 2]), smooth(9, 3, 2)
    theta = setup.fresh(3).theta
    wrong = gradient(setup, batch, 3, theta=theta * 1.001)
    right = numerical_gradient(setup, batch, theta, 3)
    assert np.linalg.norm(wrong - right) / np.linalg.norm(right) > 1e-5
