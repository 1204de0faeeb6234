"""From the same weights and rows, PyTorch and the recipe take the same updates."""

import numpy as np
import pytest

import nndoctor
from nndoctor.trainable import Plan

torch = pytest.importorskip("torch")
nn, optim = torch.nn, torch.optim
pytestmark = pytest.mark.torch

ROWS, UPDATES = 24, 50
CASES = {
    "sgd": (nn.ReLU, nn.MSELoss, lambda p: optim.SGD(p, 0.02)),
    "momentum": (nn.Tanh, nn.MSELoss, lambda p: optim.SGD(p, 0.02, momentum=0.9)),
    "nesterov": (nn.Sigmoid, nn.CrossEntropyLoss,
                 lambda p: optim.SGD(p, 0.05, momentum=0.9, nesterov=True)),
    "decay": (nn.ELU, nn.L1Loss, lambda p: optim.SGD(p, 0.02, weight_decay=0.1)),
    "adam": (nn.ReLU, nn.CrossEntropyLoss, lambda p: optim.Adam(p)),
    "amsgrad": (nn.SiLU, nn.HuberLoss, lambda p: optim.Adam(p, amsgrad=True)),
    "adamw": (nn.GELU, nn.BCEWithLogitsLoss, lambda p: optim.AdamW(p, 3e-3)),
    "rmsprop": (lambda: nn.LeakyReLU(0.2), nn.MSELoss, lambda p: optim.RMSprop(p)),
    "adagrad": (nn.Mish, nn.SmoothL1Loss, lambda p: optim.Adagrad(p)),
    "sum": (nn.Tanh, lambda: nn.MSELoss(reduction="sum"), lambda p: optim.SGD(p, 1e-3)),
    "smoothed": (nn.Softplus, lambda: nn.CrossEntropyLoss(label_smoothing=0.1),
                 lambda p: optim.Adam(p)),
}  # fmt: skip


def rows(name):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(ROWS, 4))
    y = x @ rng.normal(size=(4, 3))
    if name == "CrossEntropyLoss":
        return torch.tensor(x), torch.tensor(y.argmax(axis=1))
    return torch.tensor(x), torch.tensor((y > 0) * 1.0 if name == "BCEWithLogitsLoss" else y)


@pytest.mark.parametrize("case", CASES)
def test_fifty_updates_agree(case):
    activation, make_loss, make_optimizer = CASES[case]
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 7), activation(), nn.Linear(7, 3)).double()
    loss, optimizer = make_loss(), make_optimizer(model.parameters())
    x, y = rows(type(loss).__name__)
    setup = nndoctor.to_recipe(
        model, x, y, loss=loss, optimizer=optimizer, epochs=UPDATES, batch_size=ROWS, shuffle=False
    )
    ours, form = setup.trainable.fresh(0), setup.trainable.layout
    for at, place in enumerate((0, 2)):
        form.weights(ours.theta)[at][...] = model[place].weight.detach().numpy().T
        form.bias(ours.theta)[at][...] = model[place].bias.detach().numpy()
    ours.train(setup.train, Plan(UPDATES))
    for _ in range(UPDATES):
        optimizer.zero_grad()
        loss(model(x), y).backward()
        optimizer.step()
    for at, place in enumerate((0, 2)):
        weight, bias = (getattr(model[place], key).detach().numpy() for key in ("weight", "bias"))
        w, b = form.weights(ours.theta)[at], form.bias(ours.theta)[at]
        np.testing.assert_allclose(w, weight.T, rtol=1e-5, atol=1e-8)
        np.testing.assert_allclose(b, bias, rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize("layer", [0, 2])
def test_first_weights_are_drawn_as_there(layer):
    model = nn.Sequential(nn.Linear(30, 50), nn.ReLU(), nn.Linear(50, 40))
    x, y = np.random.default_rng(0).normal(size=(20, 30)), np.zeros((20, 40)) + np.arange(40)
    how = {"loss": nn.MSELoss(), "optimizer": optim.Adam(model.parameters())}
    setup = nndoctor.to_recipe(model, x, y, **how, epochs=1, batch_size=5)
    theta, form, at = setup.trainable.initial(0), setup.trainable.layout, layer // 2
    ours = form.weights(theta)[at], form.bias(theta)[at]
    theirs = model[layer].weight.detach().numpy(), model[layer].bias.detach().numpy()
    for mine, other in zip(ours, theirs, strict=True):
        assert np.abs(mine).max() == pytest.approx(np.abs(other).max(), rel=0.1)
        assert mine.std() == pytest.approx(other.std(), rel=0.25)
