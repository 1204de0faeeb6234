"""Optimizers as their papers write them: each answers the step directions for given gradients."""

import numpy as np


def sgd(gradients, momentum=0.0, nesterov=0.0):
    velocity, steps = np.zeros_like(gradients[0]), []
    for g in gradients:
        velocity = momentum * velocity + g
        steps.append(g + momentum * velocity if nesterov else velocity)
    return np.array(steps)


def adagrad(gradients, eps=1e-10):
    return np.array(
        [
            g / (np.sqrt((gradients[: t + 1] ** 2).sum(axis=0)) + eps)
            for t, g in enumerate(gradients)
        ]
    )


def rmsprop(gradients, rho=0.9, eps=1e-8):
    steps = []
    for t, g in enumerate(gradients):
        share = (1 - rho) * rho ** np.arange(t, -1, -1.0)
        steps.append(g / (np.sqrt(share @ gradients[: t + 1] ** 2) + eps))
    return np.array(steps)


def adam(gradients, beta1=0.9, beta2=0.999, eps=1e-8):
    steps = []
    for t in range(1, len(gradients) + 1):
        back = np.arange(t - 1, -1, -1.0)
        m = (1 - beta1) * beta1**back @ gradients[:t] / (1 - beta1**t)
        v = (1 - beta2) * beta2**back @ gradients[:t] ** 2 / (1 - beta2**t)
        steps.append(m / (np.sqrt(v) + eps))
    return np.array(steps)


DIRECTIONS = {
    "sgd": sgd,
    "momentum": lambda g, momentum=0.9, nesterov=0.0: sgd(g, momentum, nesterov),
    "nesterov": lambda g, momentum=0.9, nesterov=1.0: sgd(g, momentum, nesterov),
    "adagrad": adagrad,
    "rmsprop": rmsprop,
    "adam": adam,
}
