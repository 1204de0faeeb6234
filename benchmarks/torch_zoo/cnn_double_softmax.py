"""Softmax at the end of forward."""
# truth: double_softmax

import torch
from networks import Cnn, on_images


def sick():
    return on_images(
        lambda: Cnn(lambda x: torch.softmax(x, dim=1)), lambda p: torch.optim.SGD(p, lr=0.05)
    )


def healthy():
    return on_images()
