"""Every gradient against centred differences of the loss that training itself reports."""

from itertools import combinations, product

import numpy as np
import pytest

from nndoctor.engine.activations import ACTIVATIONS
from nndoctor.trainable import Plan

from ..oracles import network as oracle
from .helpers import FORMS, Unit, classes, gradient, mlp, smooth, textbook

STEP = 1e-5
DIRECTIONS = 8
HONEST = [name for name, unit in ACTIVATIONS.items() if not unit.surrogate]
DISTANCES = ("mse", "msle", "mae", "huber", "log_cosh")


def directions(size):
    """[D, P]: along which the loss is followed, few, for each moves all parameters at once.

    An error of any one of them shows in each, as large beside the whole as it is in the gradient.
    """
    return np.random.default_rng(0).choice([-1.0, 1.0], (DIRECTIONS, size))


def numerical_slopes(setup, batch, theta, seed):
    """Centred differences of loss plus penalty [D]; the seed fixes the dropout masks."""
    count = 1.0  # what is reported is the mean, whatever the gradient is of
    if setup.task.reduction == "sum":
        of_class = np.array(setup.class_weights or [1.0] * 3)
        count = of_class[batch.y[:, 0].astype(int)].sum() * setup.per_row

    def objective(moved):
        net = setup.fresh(seed)
        net.theta[:] = moved
        loss = net.train(batch, Plan(1, batch_size=0, rate=0.0)).loss[0]
        return count * loss + oracle.penalty(textbook(setup, moved))

    return np.array(
        [
            (objective(theta + STEP * along) - objective(theta - STEP * along)) / (2 * STEP)
            for along in directions(theta.size)
        ]
    )


def relative_error(setup, batch, seed=3):
    """At a start where gains, shifts and learnt slopes are not all alike."""
    theta = setup.fresh(seed).theta
    theta += np.random.default_rng(seed).normal(0, 0.1, theta.size)
    theta[np.abs(theta) < 1e-3] = 1e-3  # |w|^1.5 bends too sharply at 0 for differences
    ours = directions(theta.size) @ gradient(setup, batch, seed, theta)
    differences = numerical_slopes(setup, batch, theta, seed)
    return np.linalg.norm(ours - differences) / np.linalg.norm(differences)


@pytest.mark.parametrize("dropout", [0.0, 0.4], ids=["", "dropout"])
@pytest.mark.parametrize("penalty", [{}, {"l1": 0.02, "l2": 0.3}], ids=["", "penalty"])
@pytest.mark.parametrize("name", HONEST)
def test_activations_penalties_and_dropout(name, penalty, dropout):
    setup = mlp([3, 5, 4, 2], name, layer={"dropout": dropout} | penalty)
    assert relative_error(setup, smooth(9, 3, 2)) < 1e-6


def _puts_out_what_it_takes(output, form):
    positive = ("sigmoid", "softmax", "exponential")
    several = {"cross_entropy": positive, "kl_divergence": positive}
    return form[1] or output in several.get(form[0], ("sigmoid", "softmax"))


@pytest.mark.parametrize(
    ("output", "form"),
    [
        (one, form)
        for one in HONEST
        for form in FORMS
        if one != "step" and _puts_out_what_it_takes(one, form)  # its gradients are all zero
    ],
)
def test_losses_on_any_output_activation(output, form):
    setup = mlp([3, 4, 3], "tanh", output, form[0], from_logits=form[1])
    batch = smooth(9, 3, 3) if form[0] in DISTANCES else classes(9, 3, 3)
    assert relative_error(setup, batch) < 1e-6


FACTORS = {
    "activation": HONEST,
    "form": FORMS,
    "norm": ["", "batch_norm", "layer_norm", "input"],
    "weight_norm": [{}, {"weight_norm": True}],
    "dropout": [{}, {"dropout": 0.3}, {"dropout": 0.3, "scale_at_test": True}],
    "penalty": [{}, {"l1": 0.02, "l2": 0.3}, {"lq": 0.05, "q": 3.0}, {"lq": 0.05, "q": 1.5}],
    "smoothing": [0.0, 0.1],
    "class_weights": [(), (1.0, 2.5, 0.5)],
    "reduction": ["mean", "sum"],
    "parts": [1, 2],
}
SIZES = [len(values) for values in FACTORS.values()]


def _pairs(row):
    return set(combinations(enumerate(row), 2))


def _covering():
    """Rows of indices in which any two values of any two factors meet, found greedily."""
    wanted = {
        ((i, a), (j, b))
        for i, j in combinations(range(len(SIZES)), 2)
        for a, b in product(range(SIZES[i]), range(SIZES[j]))
    }
    rng, rows = np.random.default_rng(0), []
    while wanted:
        first, second = min(wanted)
        tried = [rng.integers(SIZES) for _ in range(60)]
        for row in tried:
            row[first[0]], row[second[0]] = first[1], second[1]
        best = max(tried, key=lambda row: len(wanted & _pairs(row.tolist())))
        rows.append(best.tolist())
        wanted -= _pairs(rows[-1])
    return rows


def _seen(chosen):
    return "-".join(str(values[k]) for k, values in zip(chosen, FACTORS.values(), strict=True))


@pytest.mark.parametrize("chosen", _covering(), ids=_seen)
def test_any_two_things_together(chosen):
    values = zip(FACTORS.items(), chosen, strict=True)
    given = {name: values[k] for (name, values), k in values}
    name, form, norm = given.pop("activation"), given.pop("form"), given.pop("norm")
    layer = {"norm": norm.removeprefix("input")} | given.pop("dropout") | given.pop("penalty")
    layer |= given.pop("weight_norm")
    output = "linear" if form[1] else "sigmoid" if "binary" in form[0] else "softmax"
    setup = mlp(
        [3, 4, 3],
        name,
        output,
        form[0],
        from_logits=form[1],
        input_norm=norm == "input",
        layer=layer,
        **given,
    )
    assert relative_error(setup, classes(9, 3, 3)) < 1e-6


def test_the_check_notices_a_wrong_gradient():
    setup, batch = mlp([3, 4, 2]), smooth(9, 3, 2)
    theta = setup.fresh(3).theta
    wrong = directions(theta.size) @ gradient(setup, batch, 3, theta=theta * 1.001)
    right = numerical_slopes(setup, batch, theta, 3)
    assert np.linalg.norm(wrong - right) / np.linalg.norm(right) > 1e-5


def test_a_surrogate_is_noticed_as_one_where_it_saturates():
    wide, batch = {"init": Unit("normal", (0.0, 8.0))}, smooth(9, 3, 2)
    assert relative_error(mlp([3, 5, 2], "clipped_sigmoid"), batch) < 1e-6
    assert relative_error(mlp([3, 5, 2], "clipped_sigmoid", layer=wide), batch) > 1e-3
