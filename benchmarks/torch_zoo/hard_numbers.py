"""More noise than law: half of the target's variance is what any model can explain."""
# truth: healthy

import torch
from rows import noisy_line
from torch import nn

import nndoctor as nd


def healthy():
    return nd.torch.Setup(
        model=lambda: nn.Sequential(nn.Linear(6, 12), nn.Tanh(), nn.Linear(12, 1)),
        loss=nn.MSELoss(),
        optimizer=lambda p: torch.optim.Adam(p, lr=3e-3, weight_decay=1e-3),
        train=noisy_line(),
        epochs=25,
    )
