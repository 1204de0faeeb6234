"""Targets [B] against outputs [B, 1]."""
# truth: target_broadcast

import torch
from rows import diabetes, standardised
from torch import nn

import nndoctor as nd


def trained(shape):
    x, y = diabetes()
    y = ((y - y.mean()) / y.std()).reshape(shape)
    return nd.torch.Setup(
        model=lambda: nn.Sequential(nn.Linear(10, 16), nn.ReLU(), nn.Linear(16, 1)),
        loss=nn.MSELoss(),
        optimizer=lambda p: torch.optim.Adam(p, lr=1e-3),
        train=(standardised(x), y),
        epochs=60,
    )


def sick():
    return trained((-1,))


def healthy():
    return trained((-1, 1))
