"""A small network in float64, rows held out, big batches at a rate to match."""
# truth: healthy

import torch
from networks import Perceptron
from rows import standardised, wine
from torch import nn

import nndoctor as nd


def healthy():
    x, y = wine()
    x = standardised(x).double()
    return nd.torch.Setup(
        model=lambda: Perceptron(13, 10, 3, activation=torch.tanh).double(),
        loss=nn.CrossEntropyLoss(),
        optimizer=lambda p: torch.optim.SGD(p, lr=0.5, momentum=0.9, nesterov=True),
        train=(x[:130], y[:130]),
        validation=(x[130:], y[130:]),
        epochs=60,
        batch_size=65,
    )
