"""A loop of its own that never clears."""
# truth: gradients_not_zeroed

import torch
from networks import on_digits


def step(clear):
    def one(model, loss, optimizer, inputs, targets):
        if clear:
            optimizer.zero_grad()
        lost = loss(model(inputs), targets)
        lost.backward()
        optimizer.step()
        return lost

    return one


def sick():
    return on_digits(step=step(clear=False), optimizer=lambda p: torch.optim.SGD(p, lr=0.1))


def healthy():
    return on_digits(step=step(clear=True), optimizer=lambda p: torch.optim.SGD(p, lr=0.5))
