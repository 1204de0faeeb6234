"""A bottleneck of one unit between images and ten classes."""
# truth: capacity_too_small; also underfitting

import torch
from networks import Perceptron
from rows import digits
from torch import nn

import nndoctor as nd


def trained(units):
    x, y = digits()
    return nd.torch.Setup(
        model=lambda: Perceptron(64, 32, units, 32, 10, activation=nn.functional.leaky_relu),
        loss=nn.CrossEntropyLoss(),
        optimizer=lambda p: torch.optim.Adam(p, lr=3e-3),
        train=(x / 16, y),
        epochs=25,
    )


def sick():
    return trained(1)


def healthy():
    return trained(16)
