"""A target of 25 to 346 as it is."""
# truth: target_not_scaled; also too_few_epochs, learning_rate_too_low

import torch
from rows import diabetes, standardised
from torch import nn

import nndoctor as nd


def trained(scale):
    x, y = diabetes()
    y = (y - y.mean()) / y.std() if scale else y
    return nd.torch.Setup(
        model=lambda: nn.Sequential(nn.Linear(10, 16), nn.ReLU(), nn.Linear(16, 1)),
        loss=nn.MSELoss(),
        optimizer=lambda p: torch.optim.Adam(p, lr=1e-3),
        train=(standardised(x), y[:, None]),
        epochs=60,
    )


def sick():
    return trained(scale=False)


def healthy():
    return trained(scale=True)
