"""A sigmoid behind a regression whose standardised target is negative as often as not."""
# truth: wrong_output_activation

import torch
from rows import diabetes, standardised
from torch import nn

import nndoctor as nd


class Regressor(nn.Module):
    def __init__(self, squash=False):
        super().__init__()
        self.input = nn.Linear(10, 24)
        self.output = nn.Linear(24, 1)
        self.squash = squash

    def forward(self, features):
        out = self.output(nn.functional.gelu(self.input(features)))
        return out.sigmoid() if self.squash else out


def trained(squash):
    x, y = diabetes()
    return nd.torch.Setup(
        model=lambda: Regressor(squash),
        loss=nn.HuberLoss(),
        optimizer=lambda p: torch.optim.AdamW(p, lr=2e-3, weight_decay=0.01),
        train=(standardised(x), standardised(y[:, None])),
        epochs=40,
    )


def sick():
    return trained(True)


def healthy():
    return trained(False)
