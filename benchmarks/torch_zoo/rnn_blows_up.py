"""A recurrent net with ReLU whose loop multiplies by more than 1, and steps that are too large."""
# truth: exploding_gradient, learning_rate_too_high; also init_too_large

import torch
from rows import series
from torch import nn

import nndoctor as nd


class Rnn(nn.Module):
    def __init__(self, gain):
        super().__init__()
        self.rnn = nn.RNN(1, 16, nonlinearity="relu", batch_first=True)
        nn.init.orthogonal_(self.rnn.weight_hh_l0, gain=gain)
        self.out = nn.Linear(16, 1)

    def forward(self, x):
        y, _ = self.rnn(x)
        return self.out(y[:, -1, :])


def trained(gain):
    return nd.torch.Setup(
        model=lambda: Rnn(gain),
        loss=nn.MSELoss(),
        optimizer=lambda p: torch.optim.SGD(p, lr=0.02, momentum=0.9),
        train=series(),
        epochs=15,
    )


def sick():
    return trained(4.0)


def healthy():
    return trained(0.7)
