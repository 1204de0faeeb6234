"""Hidden layers in a plain Python list: no parameters of the module, so that nobody trains them."""
# truth: parameters_not_trained; also parameters_frozen

import itertools

import torch
from rows import digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

import nndoctor as nd


class Stack(nn.Module):
    def __init__(self, holder):
        super().__init__()
        sizes = [64, 8, 8, 8]
        pairs = itertools.pairwise(sizes)
        self.hidden = holder(nn.Linear(a, b) for a, b in pairs)
        self.head = nn.Linear(8, 10)

    def forward(self, x):
        for layer in self.hidden:
            x = torch.tanh(layer(x))
        return self.head(x)


def trained(holder):
    x, y = digits()
    loader = DataLoader(TensorDataset(x / 16, y), batch_size=32, shuffle=True)
    return nd.torch.Setup(
        model=lambda: Stack(holder),
        loss=nn.CrossEntropyLoss(),
        optimizer=lambda p: torch.optim.Adam(p, lr=5e-3),
        train=loader,
        epochs=25,
    )


def sick():
    return trained(list)


def healthy():
    return trained(nn.ModuleList)
