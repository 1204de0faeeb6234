"""Convolutions with batch norm, RMSprop, and a rate that falls in steps."""
# truth: healthy

import torch
from networks import scheduled
from rows import images
from torch import nn
from torch.optim.lr_scheduler import StepLR

import nndoctor as nd


def block(inputs, outputs):
    return [
        nn.Conv2d(inputs, outputs, 3, padding=1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
    ]


def net():
    return nn.Sequential(
        *block(1, 8),
        *block(8, 16),
        nn.AdaptiveAvgPool2d(4),
        nn.Flatten(),
        nn.Dropout(0.2),
        nn.Linear(256, 10),
    )


def healthy():
    return nd.torch.Setup(
        model=net,
        loss=nn.CrossEntropyLoss(),
        optimizer=scheduled(
            lambda p: torch.optim.RMSprop(p, lr=2e-3), lambda o: StepLR(o, 29 * 4, gamma=0.3)
        ),
        train=images(),
        epochs=10,
    )
