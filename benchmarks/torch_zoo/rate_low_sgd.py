"""SGD that hardly moves."""
# truth: learning_rate_too_low; also too_few_epochs, wrong_optimizer

import torch
from networks import on_digits


def sick():
    return on_digits(optimizer=lambda p: torch.optim.SGD(p, lr=1e-4))


def healthy():
    return on_digits(optimizer=lambda p: torch.optim.SGD(p, lr=0.5))
