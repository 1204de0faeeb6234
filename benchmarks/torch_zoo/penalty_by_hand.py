"""An L2 penalty in the loop: a sum over all weights, times a number that suits a mean."""
# truth: over_regularised

import itertools

import torch
from torch import nn

import nndoctor as nd


class Regressor(nn.Module):
    def __init__(self, sizes=(6, 40, 40, 1)):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(a, b) for a, b in itertools.pairwise(sizes)])

    def forward(self, x):
        for i, layer in enumerate(self.layers):
            x = layer(x)
            if i < len(self.layers) - 1:
                x = torch.nn.functional.leaky_relu(x)
        return x


def stepper(strength):
    def train_one_batch(model, loss_fn, opt, xb, yb):
        opt.zero_grad()
        loss = loss_fn(model(xb), yb)
        penalty = sum(p.pow(2).sum() for p in model.parameters())
        (loss + strength * penalty).backward()
        opt.step()
        return loss.item()

    return train_one_batch


def friedman(n=800):
    gen = torch.Generator().manual_seed(61)
    x = torch.rand(n, 6, generator=gen)
    y = torch.sin(3.14 * x[:, 0] * x[:, 1]) + 2 * (x[:, 2] - 0.5) ** 2 + x[:, 3] + 0.5 * x[:, 4]
    y = y + 0.05 * torch.randn(n, generator=gen)
    return 2 * x - 1, ((y - y.mean()) / y.std())[:, None]


def program(strength):
    return nd.torch.Setup(
        model=Regressor,
        loss=nn.HuberLoss(),
        optimizer=lambda p: torch.optim.RMSprop(p, lr=1e-3),
        train=friedman(),
        epochs=30,
        step=stepper(strength),
    )


def sick():
    return program(0.05)


def healthy():
    return program(1e-5)
