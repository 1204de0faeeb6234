"""Six rows in a hundred are of the second class, and the loss weighs them."""
# truth: healthy

import torch
from rows import rare
from torch import nn

import nndoctor as nd


class Alarm(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(5, 16), nn.ReLU())
        self.logit = nn.Linear(16, 1)

    def forward(self, x):
        return self.logit(self.body(x)).squeeze(-1)


def healthy():
    x, y = rare()
    return nd.torch.Setup(
        model=Alarm,
        loss=nn.BCEWithLogitsLoss(pos_weight=torch.tensor(3.0)),
        optimizer=lambda p: torch.optim.Adam(p, lr=3e-3),
        train=(x, y.float()),
        epochs=20,
        batch_size=64,
    )
