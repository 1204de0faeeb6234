"""Prices in dollars under a squared error and plain SGD."""
# truth: target_not_scaled; also learning_rate_too_high, exploding_gradient

import torch
from torch import nn

import nndoctor as nd


class PriceModel(nn.Module):
    """Numbers of a house and its quarter."""

    def __init__(self, quarters=8):
        super().__init__()
        self.quarter = nn.Embedding(quarters, 4)
        self.net = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 1))

    def forward(self, numbers, quarter):
        return self.net(torch.cat([numbers, self.quarter(quarter)], dim=-1)).squeeze(-1)


def houses(n=800):
    torch.manual_seed(31)
    rooms, area, age, garden = (torch.randn(n) for _ in range(4))
    quarter = torch.randint(0, 8, (n,))
    worth = torch.linspace(0.6, 1.6, 8)[quarter]
    price = 250_000 + 80_000 * worth * (area + 0.4 * rooms) - 20_000 * age + 15_000 * garden.abs()
    return (torch.stack([rooms, area, age, garden], 1), quarter), price + 8_000 * torch.randn(n)


def program(unit):
    x, price = houses()
    shift = 0.0 if unit == 1.0 else price.mean()
    return nd.torch.Setup(
        model=PriceModel,
        loss=nn.MSELoss(),
        optimizer=lambda p: torch.optim.SGD(p, lr=0.01),
        train=(x, (price - shift) / unit),
        epochs=20,
    )


def sick():
    return program(1.0)


def healthy():
    return program(100_000.0)
