"""All weights start at 0."""
# truth: init_constant

import torch
from rows import digits
from torch import nn

import nndoctor as nd


def net(sound):
    model = nn.Sequential(nn.Linear(64, 48), nn.ReLU(), nn.Linear(48, 10))
    for p in [] if sound else model.parameters():
        nn.init.zeros_(p)
    return model


def trained(sound):
    x, y = digits()
    return nd.torch.Setup(
        model=lambda: net(sound),
        loss=nn.CrossEntropyLoss(),
        train=(x / 16, y),
        epochs=30,
        optimizer=lambda p: torch.optim.Adam(p, lr=1e-3),
    )


def sick():
    return trained(False)


def healthy():
    return trained(True)
