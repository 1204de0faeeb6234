"""Counts with the loss that is made for them."""
# truth: healthy

import torch
from torch import nn

import nndoctor as nd


def rows(count=600):
    make = torch.Generator().manual_seed(10)
    x = torch.rand(count, 4, generator=make)
    rate = torch.exp(2.0 * x[:, 0] - 1.5 * x[:, 1] + torch.sin(5 * x[:, 2]))
    return 2 * x - 1, torch.poisson(2 * rate, generator=make)[:, None]


def healthy():
    return nd.torch.Setup(
        model=lambda: nn.Sequential(nn.Linear(4, 24), nn.SiLU(), nn.Linear(24, 1)),
        loss=nn.PoissonNLLLoss(log_input=True),
        optimizer=lambda p: torch.optim.Adam(p, lr=1e-2),
        train=rows(),
        epochs=25,
    )
