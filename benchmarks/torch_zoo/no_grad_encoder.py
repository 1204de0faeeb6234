"""The encoder runs under torch.no_grad(), left over from when it was a pretrained one."""
# truth: graph_detached; also parameters_not_trained

import contextlib

import torch
from rows import series
from torch import nn

import nndoctor as nd


class Forecaster(nn.Module):
    def __init__(self, grad=True):
        super().__init__()
        self.encoder = nn.GRU(1, 6, batch_first=True)
        self.decoder = nn.Linear(6, 1)
        self.grad = grad

    def forward(self, window):
        with contextlib.nullcontext() if self.grad else torch.no_grad():
            _, hidden = self.encoder(window)
        return self.decoder(hidden[-1])


def trained(grad):
    return nd.torch.Setup(
        model=lambda: Forecaster(grad),
        loss=nn.MSELoss(),
        optimizer=lambda p: torch.optim.Adam(p, lr=1e-2),
        train=series(),
        epochs=20,
    )


def sick():
    return trained(False)


def healthy():
    return trained(True)
