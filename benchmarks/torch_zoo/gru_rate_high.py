"""A GRU at a rate of 1."""
# truth: learning_rate_too_high

from networks import on_waves
from torch import nn


def sick():
    return on_waves(nn.GRU, 1.0)


def healthy():
    return on_waves(nn.GRU, 1e-2)
