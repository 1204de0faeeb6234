"""A loop of its own that never clears."""
# truth: gradients_not_zeroed

import torch
from rows import digits
from torch import nn

import nndoctor as nd


def step(clear):
    def one(model, loss, optimizer, inputs, targets):
        if clear:
            optimizer.zero_grad()
        lost = loss(model(inputs), targets)
        lost.backward()
        optimizer.step()
        return lost

    return one


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
    return trained(step=step(clear=False), optimizer=lambda p: torch.optim.SGD(p, lr=0.1))


def healthy():
    return trained(step=step(clear=True), optimizer=lambda p: torch.optim.SGD(p, lr=0.5))
