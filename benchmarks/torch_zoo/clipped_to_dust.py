"""Gradients clipped at a norm of 0.001 under plain SGD."""
# truth: gradient_clipping_too_tight; also learning_rate_too_low, wrong_optimizer, too_few_epochs

import torch
from rows import images
from torch import nn
from torch.nn.utils import clip_grad_norm_

import nndoctor as nd


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(1, 16, 3), nn.GroupNorm(4, 16), nn.ReLU(), nn.Flatten())
        self.fc = nn.Linear(16 * 36, 10)

    def forward(self, x):
        return self.fc(self.body(x))


class Loop:
    def __init__(self, max_norm):
        self.max_norm = max_norm

    def __call__(self, model, criterion, optimizer, inputs, targets):
        optimizer.zero_grad(set_to_none=True)
        loss = criterion(model(inputs), targets)
        loss.backward()
        clip_grad_norm_(model.parameters(), self.max_norm)
        optimizer.step()
        return loss.detach()


def trained(max_norm):
    return nd.torch.Setup(
        model=Net,
        loss=nn.CrossEntropyLoss(),
        optimizer=lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9),
        train=images(),
        step=Loop(max_norm),
        epochs=10,
    )


def sick():
    return trained(1e-3)


def healthy():
    return trained(1.0)
