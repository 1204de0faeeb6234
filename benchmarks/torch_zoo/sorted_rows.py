"""Rows sorted by class, and a loader that does not shuffle."""
# truth: unshuffled_data; also learning_rate_too_high, batch_size_too_small

import torch
from networks import Perceptron
from rows import digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

import nndoctor as nd


def trained(shuffle):
    x, y = digits()
    order = torch.argsort(y, stable=True)
    return nd.torch.Setup(
        model=lambda: Perceptron(64, 32, 10),
        loss=nn.CrossEntropyLoss(),
        optimizer=lambda p: torch.optim.SGD(p, lr=0.1),
        train=DataLoader(TensorDataset(x[order] / 16, y[order]), batch_size=30, shuffle=shuffle),
        epochs=20,
    )


def sick():
    return trained(False)


def healthy():
    return trained(True)
