"""Softmax at the end of forward."""
# truth: double_softmax

import torch
from rows import images
from torch import nn

import nndoctor as nd


class Cnn(nn.Module):
    def __init__(self, last=None, drop=0.0):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 8, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(8, 16, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
        )
        self.drop, self.head, self.last = nn.Dropout(drop), nn.Linear(256, 10), last

    def forward(self, x):
        x = self.head(self.drop(self.features(x).flatten(1)))
        return self.last(x) if self.last else x


def trained(model=Cnn, optimizer=None, **more):
    return nd.torch.Setup(
        model=model,
        loss=nn.CrossEntropyLoss(),
        train=images(),
        **{"optimizer": optimizer or (lambda p: torch.optim.Adam(p, lr=2e-3)), "epochs": 10} | more,
    )


def sick():
    return trained(
        lambda: Cnn(lambda x: torch.softmax(x, dim=1)), lambda p: torch.optim.SGD(p, lr=0.05)
    )


def healthy():
    return trained()
