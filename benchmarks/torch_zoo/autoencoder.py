"""Images through eight numbers and back; the target is the input."""
# truth: healthy

import torch
from rows import digits
from torch import nn

import nndoctor as nd


class AutoEncoder(nn.Module):
    def __init__(self, code=12):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(64, 48), nn.ReLU(), nn.Linear(48, code))
        self.decoder = nn.Sequential(
            nn.Linear(code, 48), nn.ReLU(), nn.Linear(48, 64), nn.Sigmoid()
        )

    def forward(self, x):
        return self.decoder(self.encoder(x))


def healthy():
    x, _ = digits()
    x = x / 16
    return nd.torch.Setup(
        model=AutoEncoder,
        loss=nn.MSELoss(),
        optimizer=lambda p: torch.optim.Adam(p, lr=1e-2),
        train=(x, x),
        epochs=40,
    )
