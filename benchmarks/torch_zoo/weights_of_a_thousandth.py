"""Six layers whose first weights are a thousandth of what they should be."""
# truth: init_too_small; also vanishing_gradient, too_deep, learning_rate_too_low

import torch
from networks import Perceptron
from rows import digits
from torch import nn

import nndoctor as nd


def small():
    net = Perceptron(64, 40, 40, 40, 40, 40, 10)
    with torch.no_grad():
        for p in net.parameters():
            p.mul_(0.02)
    return net


def trained(model):
    x, y = digits()
    return nd.torch.Setup(
        model=model,
        loss=nn.CrossEntropyLoss(),
        optimizer=lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9),
        train=(x / 16, y),
        epochs=25,
    )


def sick():
    return trained(small)


def healthy():
    return trained(lambda: Perceptron(64, 40, 40, 10))
