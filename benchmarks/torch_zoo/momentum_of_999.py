"""A momentum that never forgets."""
# truth: momentum_too_high; also learning_rate_too_high

import torch
from rows import digits
from torch import nn

import nndoctor as nd


def net(*more):
    return nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10), *more)


def trained(model=net, rate=1e-3, loss=None, **more):
    x, y = digits()
    return nd.torch.Setup(
        model=model,
        loss=loss or nn.CrossEntropyLoss(),
        train=(x / 16, y),
        **{"optimizer": lambda p: torch.optim.Adam(p, lr=rate), "epochs": 30} | more,
    )


def sick():
    return trained(optimizer=lambda p: torch.optim.SGD(p, lr=0.3, momentum=0.999))


def healthy():
    return trained(optimizer=lambda p: torch.optim.SGD(p, lr=0.03, momentum=0.9))
