"""Raw measurements of wine."""
# truth: input_not_normalised

import torch
from rows import standardised, wine
from torch import nn

import nndoctor as nd


class Wine(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden, self.out = nn.Linear(13, 24), nn.Linear(24, 3)

    def forward(self, x):
        return self.out(torch.tanh(self.hidden(x)))


def trained(x, y):
    return nd.torch.Setup(
        model=Wine,
        loss=nn.CrossEntropyLoss(),
        train=(x, y),
        epochs=60,
        batch_size=16,
        optimizer=lambda p: torch.optim.Adam(p, lr=3e-3),
    )


def sick():
    return trained(*wine())


def healthy():
    x, y = wine()
    return trained(standardised(x), y)
