"""An epsilon that drowns the gradients."""
# truth: optimizer_epsilon_bad; also learning_rate_too_low

import torch
from networks import on_digits


def sick():
    return on_digits(optimizer=lambda p: torch.optim.Adam(p, lr=1e-3, eps=10.0))


def healthy():
    return on_digits()
