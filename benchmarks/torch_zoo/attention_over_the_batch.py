"""An attention of one's own takes its softmax over dimension 0, which is the batch."""
# truth: rows_mixed

import math

import torch
from torch import nn

import nndoctor as nd


class SelfAttention(nn.Module):
    def __init__(self, dim, axis):
        super().__init__()
        self.q, self.k, self.v = (nn.Linear(dim, dim) for _ in range(3))
        self.axis, self.scale = axis, math.sqrt(dim)

    def forward(self, x):
        scores = self.q(x) @ self.k(x).transpose(-2, -1) / self.scale
        return torch.softmax(scores, dim=self.axis) @ self.v(x)


class Tiny(nn.Module):
    def __init__(self, axis):
        super().__init__()
        self.embed = nn.Linear(2, 16)
        self.place = nn.Parameter(0.1 * torch.randn(1, 10, 16))
        self.attend, self.norm = SelfAttention(16, axis), nn.LayerNorm(16)
        self.head = nn.Sequential(nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 1))

    def forward(self, x):
        x = self.embed(x) + self.place
        x = self.norm(x + self.attend(x))
        return self.head(x.mean(1))


def marked_sums(n=900):
    """The sum of the two numbers that are marked, of ten."""
    gen = torch.Generator().manual_seed(51)
    numbers, marks = torch.rand(n, 10, generator=gen), torch.zeros(n, 10)
    for row in range(n):
        marks[row, torch.randperm(10, generator=gen)[:2]] = 1.0
    return torch.stack([numbers, marks], dim=2), (numbers * marks).sum(1, keepdim=True)


def program(axis):
    return nd.torch.Setup(
        model=lambda: Tiny(axis),
        loss=nn.SmoothL1Loss(),
        optimizer=lambda p: torch.optim.Adam(p, lr=3e-3),
        train=marked_sums(),
        epochs=20,
    )


def sick():
    return program(0)


def healthy():
    return program(-1)
