"""A rate of 0.0003, and epochs enough for it."""
# truth: healthy

import torch
from rows import standardised, wine
from torch import nn

import nndoctor as nd


def healthy():
    x, y = wine()
    return nd.torch.Setup(
        model=lambda: nn.Sequential(nn.Linear(13, 32), nn.ELU(), nn.Linear(32, 3)),
        loss=nn.CrossEntropyLoss(),
        optimizer=lambda p: torch.optim.AdamW(p, lr=3e-4),
        train=(standardised(x), y),
        epochs=150,
        batch_size=16,
    )
