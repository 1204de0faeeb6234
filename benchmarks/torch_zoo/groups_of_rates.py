"""Embeddings at one rate, the rest at another; two kinds of inputs in a dict."""
# truth: healthy

import torch
from rows import shop
from torch import nn

import nndoctor as nd


class Sales(nn.Module):
    def __init__(self):
        super().__init__()
        self.emb = nn.ModuleList([nn.Embedding(12, 6), nn.Embedding(7, 4)])
        self.fc1, self.fc2, self.fc3 = nn.Linear(12, 32), nn.Linear(32, 16), nn.Linear(16, 1)

    def forward(self, kinds, amounts):
        parts = [table(kinds[:, i]) for i, table in enumerate(self.emb)]
        x = torch.relu(self.fc1(torch.cat([*parts, amounts], dim=-1)))
        return self.fc3(torch.relu(self.fc2(x)))


def groups(parameters):
    first, second, *others = parameters
    slow = {"params": [first, second], "lr": 2e-2}
    return torch.optim.Adam([slow, {"params": others}], lr=4e-3)


def healthy():
    region, day, amounts, y = shop()
    return nd.torch.Setup(
        model=Sales,
        loss=nn.SmoothL1Loss(),
        optimizer=groups,
        train=({"kinds": torch.stack([region, day], dim=1), "amounts": amounts}, y),
        epochs=30,
    )
