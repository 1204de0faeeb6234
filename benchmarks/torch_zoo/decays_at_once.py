"""ExponentialLR stepped after every batch, at a factor that was meant for epochs."""
# truth: schedule_decays_too_fast; also learning_rate_too_low, too_few_epochs

import torch
from networks import on_digits, scheduled
from torch.optim import lr_scheduler


def sgd(p):
    return torch.optim.SGD(p, lr=0.1)


def sick():
    return on_digits(optimizer=scheduled(sgd, lambda o: lr_scheduler.ExponentialLR(o, 0.8)))


def healthy():
    return on_digits(
        optimizer=scheduled(sgd, lambda o: lr_scheduler.ExponentialLR(o, 0.8 ** (1 / 60)))
    )
