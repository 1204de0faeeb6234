"""Softmax in the network and in the loss."""
# truth: double_softmax

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
    return trained(lambda: net(nn.Softmax(dim=1)), optimizer=lambda p: torch.optim.SGD(p, lr=0.05))


def healthy():
    return trained(optimizer=lambda p: torch.optim.SGD(p, lr=0.5))
