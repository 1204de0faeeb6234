"""Weight decay of another scale."""
# truth: over_regularised

import torch
from networks import on_digits


def sick():
    return on_digits(optimizer=lambda p: torch.optim.Adam(p, lr=1e-3, weight_decay=0.3))


def healthy():
    return on_digits(optimizer=lambda p: torch.optim.Adam(p, lr=1e-3, weight_decay=1e-5))
