"""A convolutional net at a rate of 0.5."""
# truth: learning_rate_too_high

import torch
from networks import on_images


def sick():
    return on_images(optimizer=lambda p: torch.optim.Adam(p, lr=0.5))


def healthy():
    return on_images()
