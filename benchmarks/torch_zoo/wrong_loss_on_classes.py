"""Squared errors of raw outputs against one-hot rows."""
# truth: wrong_loss; also learning_rate_too_low, too_few_epochs

import torch
from rows import digits
from torch import nn

import nndoctor as nd


def trained(loss, targets):
    x, y = digits()
    return nd.torch.Setup(
        model=lambda: nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10), nn.ReLU()),
        loss=loss,
        optimizer=lambda p: torch.optim.SGD(p, lr=0.05),
        train=(x / 16, targets(y)),
        epochs=30,
    )


def sick():
    return trained(nn.MSELoss(), lambda y: nn.functional.one_hot(y, 10).float())


def healthy():
    x, y = digits()
    return nd.torch.Setup(
        model=lambda: nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10)),
        loss=nn.CrossEntropyLoss(),
        optimizer=lambda p: torch.optim.SGD(p, lr=0.5),
        train=(x / 16, y),
        epochs=30,
    )
