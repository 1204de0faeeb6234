"""The optimizer was made of a model that was then replaced."""
# truth: parameters_not_trained

import torch
from networks import Perceptron
from rows import standardised, wine
from torch import nn

import nndoctor as nd


def network():
    return Perceptron(13, 20, 3)


def trained(optimizer):
    x, y = wine()
    return nd.torch.Setup(
        model=network,
        loss=nn.CrossEntropyLoss(),
        optimizer=optimizer,
        train=(standardised(x), y),
        epochs=40,
        batch_size=16,
    )


def sick():
    return trained(lambda p: torch.optim.Adam(network().parameters(), lr=5e-3))


def healthy():
    return trained(lambda p: torch.optim.Adam(p, lr=5e-3))
