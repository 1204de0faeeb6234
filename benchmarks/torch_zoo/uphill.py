"""maximize left on."""
# truth: gradient_sign_flipped

import torch
from networks import on_digits


def sick():
    return on_digits(optimizer=lambda p: torch.optim.SGD(p, lr=0.1, maximize=True))


def healthy():
    return on_digits(optimizer=lambda p: torch.optim.SGD(p, lr=0.5))
