"""Rows sorted by class and never shuffled."""
# truth: unshuffled_data

import torch
from rows import digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

import nndoctor as nd


def trained(shuffle):
    x, y = digits()
    order = y.argsort()
    loader = DataLoader(TensorDataset(x[order] / 16, y[order]), batch_size=32, shuffle=shuffle)
    return nd.torch.Setup(
        model=lambda: nn.Sequential(nn.Linear(64, 48), nn.ReLU(), nn.Linear(48, 10)),
        loss=nn.CrossEntropyLoss(),
        optimizer=lambda p: torch.optim.SGD(p, lr=0.3),
        train=loader,
        epochs=15,
    )


def sick():
    return trained(shuffle=False)


def healthy():
    return trained(shuffle=True)
