"""Biases far below 0 before ReLU: no unit ever opens."""
# truth: dead_relu; also init_too_large

import torch
from rows import cancer, standardised
from torch import nn

import nndoctor as nd


def start(module, bias):
    if isinstance(module, nn.Linear):
        nn.init.constant_(module.bias, bias)


def build(bias):
    net = nn.Sequential()
    net.add_module("fc1", nn.Linear(30, 20))
    net.add_module("act1", nn.ReLU())
    net.add_module("fc2", nn.Linear(20, 20))
    net.add_module("act2", nn.ReLU())
    net.apply(lambda module: start(module, bias))
    net.add_module("out", nn.Linear(20, 1))
    return net


def trained(bias):
    x, y = cancer()
    return nd.torch.Setup(
        model=lambda: build(bias),
        loss=nn.BCEWithLogitsLoss(),
        optimizer=lambda p: torch.optim.Adam(p, lr=1e-3),
        train=(standardised(x), y[:, None].float()),
        epochs=30,
    )


def sick():
    return trained(-12.0)


def healthy():
    return trained(0.0)
