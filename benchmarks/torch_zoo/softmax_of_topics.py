"""Softmax where several labels are right at once."""
# truth: wrong_output_activation; also double_softmax, wrong_loss

import torch
from rows import topics
from torch import nn

import nndoctor as nd


def trained(last):
    return nd.torch.Setup(
        model=lambda: nn.Sequential(
            nn.Linear(12, 48), nn.LayerNorm(48), nn.SiLU(), nn.Linear(48, 4), last
        ),
        loss=nn.BCELoss(),
        optimizer=lambda p: torch.optim.Adam(p, lr=3e-3),
        train=topics(),
        epochs=30,
    )


def sick():
    return trained(nn.Softmax(dim=1))


def healthy():
    return trained(nn.Sigmoid())
