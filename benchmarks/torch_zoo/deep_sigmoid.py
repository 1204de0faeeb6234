"""Eight layers of sigmoid."""
# truth: wrong_hidden_activation; also vanishing_gradient, saturated_activation, too_deep

import torch
from rows import digits
from torch import nn

import nndoctor as nd


def stack(activation, layers=8):
    wide = [nn.Linear(64, 32)] + [nn.Linear(32, 32) for _ in range(layers - 1)]
    for layer in wide:
        nn.init.kaiming_normal_(layer.weight)
    return nn.Sequential(
        *[one for layer in wide for one in (layer, activation())], nn.Linear(32, 10)
    )


def trained(activation, layers):
    x, y = digits()
    return nd.torch.Setup(
        model=lambda: stack(activation, layers),
        loss=nn.CrossEntropyLoss(),
        train=(x / 16, y),
        optimizer=lambda p: torch.optim.Adam(p, lr=1e-3),
        epochs=20,
    )


def sick():
    return trained(nn.Sigmoid, 8)


def healthy():
    return trained(nn.ReLU, 4)
