"""A momentum that never forgets."""
# truth: momentum_too_high; also learning_rate_too_high

import torch
from networks import on_digits


def sick():
    return on_digits(optimizer=lambda p: torch.optim.SGD(p, lr=0.3, momentum=0.999))


def healthy():
    return on_digits(optimizer=lambda p: torch.optim.SGD(p, lr=0.03, momentum=0.9))
