"""Softmax in the network and in the loss."""
# truth: double_softmax

import torch
from networks import net, on_digits
from torch import nn


def sick():
    return on_digits(
        lambda: net(nn.Softmax(dim=1)), optimizer=lambda p: torch.optim.SGD(p, lr=0.05)
    )


def healthy():
    return on_digits(optimizer=lambda p: torch.optim.SGD(p, lr=0.5))
