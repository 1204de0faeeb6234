"""The loss of all rows added up."""
# truth: loss_reduction_sum; also learning_rate_too_high

import torch
from networks import on_digits
from torch import nn


def sick():
    return on_digits(
        loss=nn.CrossEntropyLoss(reduction="sum"), optimizer=lambda p: torch.optim.SGD(p, lr=0.3)
    )


def healthy():
    return on_digits(optimizer=lambda p: torch.optim.SGD(p, lr=0.3))
