"""Raw measurements from 0.001 to 4254 into SGD."""
# truth: input_not_normalised

import torch
from rows import cancer, standardised
from torch import nn

import nndoctor as nd


def trained(x, y):
    return nd.torch.Setup(
        model=lambda: nn.Sequential(nn.Linear(30, 32), nn.ReLU(), nn.Linear(32, 2)),
        loss=nn.CrossEntropyLoss(),
        optimizer=lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9),
        train=(x, y),
        epochs=40,
    )


def sick():
    return trained(*cancer())


def healthy():
    x, y = cancer()
    return trained(standardised(x), y)
