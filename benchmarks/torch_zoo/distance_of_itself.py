"""A layer on distances to learnt points, whose root has no slope where a row is one of them."""
# truth: gradient_not_finite

import torch
from torch import nn

import nndoctor as nd


class Prototypes(nn.Module):
    """Rows are told apart by how far they are from some of themselves, as radial bases are."""

    def __init__(self, some, eps):
        super().__init__()
        self.points = nn.Parameter(some.clone())
        self.out = nn.Linear(len(some), 3)
        self.eps = eps

    def forward(self, x):
        apart = (x[:, None] - self.points[None]).pow(2).sum(-1)
        return self.out(torch.exp(-torch.sqrt(apart + self.eps)))


def rows(n=600):
    gen = torch.Generator().manual_seed(83)
    middle = torch.tensor([[0.0, 0.0], [2.0, 0.5], [0.5, 2.0]])
    y = torch.randint(0, 3, (n,), generator=gen)
    return middle[y] + 0.6 * torch.randn(n, 2, generator=gen), y


def program(eps):
    x, y = rows()
    return nd.torch.Setup(
        model=lambda: Prototypes(x[:24], eps),
        loss=nn.CrossEntropyLoss(),
        optimizer=lambda p: torch.optim.Adam(p, lr=1e-2),
        train=(x[:500], y[:500]),
        validation=(x[500:], y[500:]),
        epochs=20,
        batch_size=32,
    )


def sick():
    return program(0.0)


def healthy():
    return program(1e-6)
