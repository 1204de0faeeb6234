"""The optimizer was made over the head; the body is small and random."""
# truth: parameters_not_trained

import torch
from rows import digits
from torch import nn

import nndoctor as nd


def trained(whole):
    x, y = digits()
    body = nn.Sequential(nn.Linear(64, 12), nn.ReLU())
    head = nn.Linear(12, 10)
    model = nn.Sequential(body, head)
    held = model.parameters() if whole else head.parameters()
    return nd.torch.Setup(
        model=model,
        loss=nn.CrossEntropyLoss(),
        optimizer=torch.optim.Adam(held, lr=3e-3),
        train=(x / 16, y),
        epochs=30,
    )


def sick():
    return trained(whole=False)


def healthy():
    return trained(whole=True)
