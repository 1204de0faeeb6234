"""Twelve blocks with LayerNorm and a way around each."""
# truth: healthy

import torch
from rows import cancer, standardised
from torch import nn

import nndoctor as nd


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.norm, self.fc = nn.LayerNorm(width), nn.Linear(width, width)

    def forward(self, x):
        return x + torch.relu(self.fc(self.norm(x)))


class Residual(nn.Module):
    def __init__(self, depth=12, width=24):
        super().__init__()
        self.stem = nn.Linear(30, width)
        self.blocks = nn.Sequential(*(Block(width) for _ in range(depth)))
        self.out = nn.Linear(width, 2)

    def forward(self, x):
        return self.out(self.blocks(self.stem(x)))


def healthy():
    x, y = cancer()
    return nd.torch.Setup(
        model=Residual,
        loss=nn.CrossEntropyLoss(),
        optimizer=lambda p: torch.optim.SGD(p, lr=0.01, momentum=0.9),
        train=(standardised(x), y),
        epochs=15,
    )
