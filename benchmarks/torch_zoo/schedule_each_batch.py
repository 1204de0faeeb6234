"""A StepLR that was meant for epochs moves on with each batch."""
# truth: schedule_decays_too_fast; also learning_rate_too_low, too_few_epochs

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.optim.lr_scheduler import StepLR

import nndoctor as nd

BATCHES = 25


class Loop:
    """Keeps a schedule beside each optimizer."""

    def __init__(self, every):
        self.every, self.schedulers = every, {}

    def step(self, model, criterion, optimizer, x, y):
        if id(optimizer) not in self.schedulers:
            self.schedulers[id(optimizer)] = optimizer, StepLR(optimizer, self.every, gamma=0.5)
        optimizer.zero_grad(set_to_none=True)
        loss = criterion(model(x), y)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimizer.step()
        self.schedulers[id(optimizer)][1].step()
        return loss.detach()


def program(every):
    x, y = load_digits(return_X_y=True)
    x = torch.tensor(x[:800], dtype=torch.float32).view(-1, 1, 8, 8) / 16
    return nd.torch.Setup(
        model=lambda: nn.Sequential(
            nn.Conv2d(1, 8, 3),
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(288, 32),
            nn.ReLU(),
            nn.Linear(32, 10),
        ),
        loss=nn.CrossEntropyLoss(),
        optimizer=lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9),
        train=(x, torch.tensor(y[:800])),
        epochs=20,
        step=Loop(every).step,
    )


def sick():
    return program(3)


def healthy():
    return program(5 * BATCHES)
