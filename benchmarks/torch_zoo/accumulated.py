"""Gradients of eight small batches are added up and never divided: eight times the rate."""
# truth: learning_rate_too_high; also loss_reduction_sum, momentum_too_high

import torch
from sklearn.datasets import load_wine
from torch import nn

import nndoctor as nd


class Trainer:
    """Steps once in `every` batches."""

    def __init__(self, every, divide):
        self.every, self.divide = every, divide
        self.seen = 0

    def __call__(self, model, criterion, optimizer, inputs, targets):
        loss = criterion(model(inputs), targets)
        (loss / self.every if self.divide else loss).backward()
        self.seen += 1
        if self.seen % self.every == 0:
            optimizer.step()
            optimizer.zero_grad()
        return loss


def program(divide):
    wine = load_wine()
    x = torch.tensor(wine.data, dtype=torch.float32)
    x = (x - x.mean(0)) / x.std(0)
    return nd.torch.Setup(
        model=lambda: nn.Sequential(
            nn.Linear(13, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 3)
        ),
        loss=nn.CrossEntropyLoss(),
        optimizer=lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9),
        train=(x, torch.tensor(wine.target)),
        epochs=60,
        batch_size=4,
        step=Trainer(8, divide),
    )


def sick():
    return program(False)


def healthy():
    return program(True)
