"""Copy and paste: the second branch reads the first input again."""
# truth: input_ignored

import torch
from torch import nn

import nndoctor as nd


class TwoTower(nn.Module):
    def __init__(self, right):
        super().__init__()
        self.user = nn.Sequential(nn.Linear(6, 24), nn.ReLU())
        self.item = nn.Sequential(nn.Linear(6, 24), nn.ReLU())
        self.score = nn.Sequential(nn.Linear(48, 24), nn.ReLU(), nn.Linear(24, 1))
        self.right = right

    def forward(self, batch_user, batch_item):
        u = self.user(batch_user)
        i = self.item(batch_item if self.right else batch_user)
        return self.score(torch.cat([u, i], dim=1))


def ratings(n=1000):
    gen = torch.Generator().manual_seed(71)
    users, items = torch.randn(n, 6, generator=gen), torch.randn(n, 6, generator=gen)
    stars = users[:, 0] + 1.5 * items[:, 0] * items[:, 1].sign() + 0.3 * users[:, 1] * items[:, 2]
    return {"batch_user": users, "batch_item": items}, stars[:, None]


def program(right):
    return nd.torch.Setup(
        model=lambda: TwoTower(right),
        loss=nn.MSELoss(),
        optimizer=lambda p: torch.optim.Adam(p, lr=3e-3),
        train=ratings(),
        epochs=25,
    )


def sick():
    return program(False)


def healthy():
    return program(True)
