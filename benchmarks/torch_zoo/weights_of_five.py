"""First weights of deviation 5."""
# truth: init_too_large

import torch
from rows import digits
from torch import nn

import nndoctor as nd


class Digits(nn.Module):
    def __init__(self, std=None):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(64, 48), nn.Linear(48, 48), nn.Linear(48, 10)])
        for layer in self.layers if std else ():
            nn.init.normal_(layer.weight, std=std)

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = torch.tanh(layer(x))
        return self.layers[-1](x)


def trained(std):
    x, y = digits()
    return nd.torch.Setup(
        model=lambda: Digits(std),
        loss=nn.CrossEntropyLoss(),
        train=(x / 16, y),
        epochs=30,
        optimizer=lambda p: torch.optim.Adam(p, lr=1e-3),
    )


def sick():
    return trained(5.0)


def healthy():
    return trained(None)
