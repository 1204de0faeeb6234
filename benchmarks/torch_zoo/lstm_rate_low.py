"""An LSTM that hardly moves."""
# truth: learning_rate_too_low; also too_few_epochs

from networks import on_waves
from torch import nn


def sick():
    return on_waves(nn.LSTM, 1e-5)


def healthy():
    return on_waves(nn.LSTM, 1e-2)
