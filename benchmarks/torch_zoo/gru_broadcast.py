"""Forecasts [B, 1] against next numbers [B]."""
# truth: target_broadcast

import torch
from rows import series
from torch import nn

import nndoctor as nd


class Next(nn.Module):
    def __init__(self, flat):
        super().__init__()
        self.gru, self.head, self.flat = nn.GRU(1, 12, batch_first=True), nn.Linear(12, 1), flat

    def forward(self, x):
        out = self.head(self.gru(x)[0][:, -1])
        return out.squeeze(1) if self.flat else out


def trained(flat):
    x, y = series()
    return nd.torch.Setup(
        model=lambda: Next(flat),
        loss=nn.functional.mse_loss,
        optimizer=lambda p: torch.optim.Adam(p, lr=1e-2),
        train=(x, y.squeeze(1)),
        epochs=15,
    )


def sick():
    return trained(False)


def healthy():
    return trained(True)
