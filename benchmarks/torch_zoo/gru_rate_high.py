"""A GRU at a rate of 1."""
# truth: learning_rate_too_high

import torch
from rows import waves
from torch import nn

import nndoctor as nd


class Rhythm(nn.Module):
    def __init__(self, kind=nn.LSTM):
        super().__init__()
        self.recurrent, self.head = kind(1, 16, batch_first=True), nn.Linear(16, 2)

    def forward(self, x):
        return self.head(self.recurrent(x)[0][:, -1])


def trained(kind, rate, epochs=25):
    return nd.torch.Setup(
        model=lambda: Rhythm(kind),
        loss=nn.CrossEntropyLoss(),
        train=waves(),
        epochs=epochs,
        optimizer=lambda p: torch.optim.Adam(p, lr=rate),
    )


def sick():
    return trained(nn.GRU, 1.0)


def healthy():
    return trained(nn.GRU, 1e-2)
