"""ReLU on the logits."""
# truth: wrong_output_activation

import torch
from networks import Cnn, on_images


def sick():
    return on_images(lambda: Cnn(torch.relu), lambda p: torch.optim.Adam(p, lr=1e-2))


def healthy():
    return on_images()
