"""Four linear layers in a row on half moons."""
# truth: missing_hidden_activation

import torch
from rows import moons
from torch import nn

import nndoctor as nd


def mlp(between):
    layers = [nn.Linear(2, 32)]
    for _ in range(2):
        layers += [*between(), nn.Linear(32, 32)]
    return nn.Sequential(*layers, *between(), nn.Linear(32, 2))


def trained(between):
    return nd.torch.Setup(
        model=lambda: mlp(between),
        loss=nn.CrossEntropyLoss(),
        optimizer=lambda p: torch.optim.RMSprop(p, lr=1e-3),
        train=moons(),
        epochs=40,
    )


def sick():
    return trained(list)


def healthy():
    return trained(lambda: [nn.ReLU()])
