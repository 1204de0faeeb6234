"""Adagrad at the rate of Adam: its steps shrink as it goes."""
# truth: learning_rate_too_low; also wrong_optimizer, too_few_epochs

import torch
from rows import shop
from torch import nn

import nndoctor as nd


class Shop(nn.Module):
    def __init__(self):
        super().__init__()
        self.regions, self.days = nn.Embedding(12, 4), nn.Embedding(7, 3)
        self.mix = nn.Sequential(nn.Linear(9, 32), nn.ReLU(), nn.Linear(32, 1))

    def forward(self, region, day, amounts):
        return self.mix(torch.cat([self.regions(region), self.days(day), amounts], dim=1))


def trained(rate):
    region, day, amounts, y = shop()
    return nd.torch.Setup(
        model=Shop,
        loss=nn.MSELoss(),
        optimizer=lambda p: torch.optim.Adagrad(p, lr=rate),
        train=((region, day, amounts), y),
        epochs=25,
    )


def sick():
    return trained(1e-3)


def healthy():
    return trained(0.1)
