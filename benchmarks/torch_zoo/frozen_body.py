"""A body that was frozen before it knew anything."""
# truth: parameters_frozen

import torch
from rows import digits
from torch import nn

import nndoctor as nd


class Digits(nn.Module):
    def __init__(self, frozen):
        super().__init__()
        self.body, self.head = nn.Linear(64, 12), nn.Linear(12, 10)
        self.body.requires_grad_(not frozen)

    def forward(self, x):
        return self.head(torch.relu(self.body(x)))


def trained(frozen):
    x, y = digits()
    return nd.torch.Setup(
        model=lambda: Digits(frozen),
        loss=nn.CrossEntropyLoss(),
        train=(x / 16, y),
        epochs=30,
        optimizer=lambda p: torch.optim.Adam(p, lr=3e-3),
    )


def sick():
    return trained(True)


def healthy():
    return trained(False)
