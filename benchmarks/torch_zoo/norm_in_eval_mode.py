"""model.eval() left on from a look before training; inputs far from 0."""
# truth: eval_mode_in_training

import torch
from rows import digits
from torch import nn

import nndoctor as nd


def net(training):
    model = nn.Sequential(
        nn.Linear(64, 48),
        nn.BatchNorm1d(48),
        nn.ReLU(),
        nn.Linear(48, 48),
        nn.BatchNorm1d(48),
        nn.ReLU(),
        nn.Linear(48, 10),
    )
    return model.train(training)


def trained(training):
    x, y = digits()
    return nd.torch.Setup(
        model=lambda: net(training),
        loss=nn.CrossEntropyLoss(),
        train=(20 * x, y),
        epochs=15,
        optimizer=lambda p: torch.optim.SGD(p, lr=0.1),
    )


def sick():
    return trained(False)


def healthy():
    return trained(True)
