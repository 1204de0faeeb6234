"""Optimizers as their papers write them.

Each answers the steps [T, P] for gradients [T, P] and rates [T]; theta [P] and arrays only matter
to Adafactor.
"""

import numpy as np


def _memory(gradients, beta):
    """sum of (1 - beta) beta^(t - i) g_i over i <= t, for each t."""
    times = np.arange(len(gradients))
    ages = np.subtract.outer(times, times)
    return np.where(ages >= 0, (1 - beta) * float(beta) ** np.maximum(ages, 0), 0) @ gradients


def _sum(gradients, mu):
    """sum of mu^(t - i) g_i over i <= t, for each t."""
    times = np.arange(len(gradients))
    ages = np.subtract.outer(times, times)
    return np.where(ages >= 0, float(mu) ** np.maximum(ages, 0), 0) @ gradients


def _times(gradients):
    return np.arange(1.0, len(gradients) + 1)[:, None]


def rising(gradients, rates, momentum, start, rise, nesterov):
    """Momentum in a line from `start` to `momentum` over the first `rise` steps."""
    velocity, made = 0.0 * gradients[0], []
    for t, (g, rate) in enumerate(zip(gradients, rates, strict=True)):
        mu = start + (momentum - start) * min(t / rise, 1.0)
        velocity = mu * velocity + g
        made.append(rate * (g + mu * velocity if nesterov else velocity))
    return np.array(made)


def sgd(
    gradients,
    rates,
    momentum=0.0,
    nesterov=0.0,
    dampening=0.0,
    rate_inside=0.0,
    momentum_start=0.5,
    momentum_rise=0,
):
    if momentum_rise:
        return rising(gradients, rates, momentum, momentum_start, momentum_rise, nesterov)
    if momentum == 0:
        return rates[:, None] * gradients
    pushes, outside = (1 - dampening) * gradients, rates[:, None]
    if rate_inside:
        pushes, outside = rates[:, None] * pushes, 1.0
    velocity = _sum(pushes, momentum)
    return outside * (pushes + momentum * velocity if nesterov else velocity)


def _root(squares, eps, inside):
    return np.sqrt(squares + eps) if inside else np.sqrt(squares) + eps


def adagrad(gradients, rates, eps=1e-10, eps_inside=0.0):
    return rates[:, None] * gradients / _root((gradients**2).cumsum(axis=0), eps, eps_inside)


def adadelta(gradients, rates, rho=0.9, eps=1e-6):
    moves = np.zeros_like(gradients)
    squares = _memory(gradients**2, rho)
    for t, g in enumerate(gradients):
        moved = _memory(moves[:t] ** 2, rho)[-1] if t else 0.0
        moves[t] = np.sqrt(moved + eps) / np.sqrt(squares[t] + eps) * g
    return rates[:, None] * moves


def rmsprop(gradients, rates, rho=0.9, eps=1e-8, momentum=0.0, centered=0.0, eps_inside=0.0):
    spread = _memory(gradients**2, rho)
    if centered:
        spread = spread - _memory(gradients, rho) ** 2
    return rates[:, None] * _sum(gradients / _root(spread, eps, eps_inside), momentum)


def adam(gradients, rates, beta1=0.9, beta2=0.999, eps=1e-8, bias_correction=1.0, eps_hat=0.0):
    m, v, t = _memory(gradients, beta1), _memory(gradients**2, beta2), _times(gradients)
    if bias_correction:
        m, v = m / (1 - beta1**t), v / (1 - beta2**t)
        eps = eps / np.sqrt(1 - beta2**t) if eps_hat else eps
    return rates[:, None] * m / (np.sqrt(v) + eps)


def amsgrad(gradients, rates, beta1=0.9, beta2=0.999, eps=1e-8, eps_hat=0.0):
    m, v, t = _memory(gradients, beta1), _memory(gradients**2, beta2), _times(gradients)
    eps = eps / np.sqrt(1 - beta2**t) if eps_hat else eps
    largest = np.maximum.accumulate(v) / (1 - beta2**t)
    return rates[:, None] * m / (1 - beta1**t) / (np.sqrt(largest) + eps)


def adamax(gradients, rates, beta1=0.9, beta2=0.999, eps=1e-8):
    norms = [
        max(beta2 ** (t - i) * (abs(g) + eps) for i, g in enumerate(column[: t + 1]))
        for t in range(len(gradients))
        for column in gradients.T
    ]
    m, t = _memory(gradients, beta1), _times(gradients)
    return rates[:, None] * m / (1 - beta1**t) / np.reshape(norms, gradients.shape)


def nadam(gradients, rates, beta1=0.9, beta2=0.999, eps=1e-8, momentum_decay=0.004):
    m, v, t = _memory(gradients, beta1), _memory(gradients**2, beta2), _times(gradients)
    mu = beta1 * (1 - 0.5 * 0.96 ** (np.vstack([t, [[len(t) + 1]]]) * momentum_decay))
    product = mu.cumprod(axis=0)
    ahead = mu[1:] * m / (1 - product[1:]) + (1 - mu[:-1]) * gradients / (1 - product[:-1])
    return rates[:, None] * ahead / (np.sqrt(v / (1 - beta2**t)) + eps)


def radam(gradients, rates, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _memory(gradients, beta1), _memory(gradients**2, beta2)
    longest, steps = 2 / (1 - beta2) - 1, []
    for t in range(1, len(gradients) + 1):
        length = longest - 2 * t * beta2**t / (1 - beta2**t)
        step = m[t - 1] / (1 - beta1**t)
        if length > 5:
            settled = np.sqrt((length - 4) * (length - 2) * longest)
            settled /= np.sqrt((longest - 4) * (longest - 2) * length)
            step = step * settled * np.sqrt(1 - beta2**t) / (np.sqrt(v[t - 1]) + eps)
        steps.append(rates[t - 1] * step)
    return np.array(steps)


def lion(gradients, rates, beta1=0.9, beta2=0.99):
    before = np.vstack([np.zeros_like(gradients[:1]), _memory(gradients, beta2)[:-1]])
    return rates[:, None] * np.sign(beta1 * before + (1 - beta1) * gradients)


def adafactor(
    gradients,
    rates,
    eps1=0.0,
    eps2=1e-3,
    clip_threshold=1.0,
    beta2_decay=-0.8,
    theta=None,
    arrays=None,
):
    theta = np.ones(gradients.shape[1]) if theta is None else theta.astype(float)
    eps1 = eps1 or np.finfo(float).eps
    second, steps = {}, []
    for t, (g, rate) in enumerate(zip(gradients, rates, strict=True), 1):
        beta2, step = 1 - t**beta2_decay, np.zeros_like(g)
        for start, rows, columns in [(0, 1, g.size)] if arrays is None else arrays:
            part = slice(start, start + rows * columns)
            square = g[part].reshape(rows, columns) ** 2
            means = (square.mean(axis=1), square.mean(axis=0)) if rows > 1 else (square,)
            old = second.get(start, [np.zeros_like(one) for one in means])
            second[start] = [beta2 * a + (1 - beta2) * b for a, b in zip(old, means, strict=True)]
            v = second[start][0]
            if rows > 1:
                r, c = second[start]
                v = np.outer(r, c) / max(r.mean(), eps1)
            u = g[part] / np.maximum(np.sqrt(v), eps1).ravel()
            u = u / max(1, np.sqrt((u**2).mean()) / clip_threshold)
            scale = max(eps2, np.sqrt((theta[part] ** 2).mean()))
            step[part] = scale * min(rate, 1 / np.sqrt(t)) * u
        theta = theta - step
        steps.append(step)
    return np.array(steps)


def rprop(gradients, rates):
    sizes, last, made = np.full(gradients.shape[1], rates[0]), 0.0 * gradients[0], []
    for g in gradients:
        turned = last * g < 0
        grown = np.where(last * g > 0, 1.2 * sizes, sizes)
        sizes = np.clip(np.where(turned, sizes / 2, grown), 1e-6, 50)
        last = np.where(turned, 0.0, g)
        made.append(np.sign(last) * sizes)
    return np.array(made)


STEPS = {
    "sgd": sgd,
    "momentum": sgd,
    "nesterov": sgd,
    "adagrad": adagrad,
    "adadelta": adadelta,
    "rmsprop": rmsprop,
    "adam": adam,
    "amsgrad": amsgrad,
    "adamax": adamax,
    "nadam": nadam,
    "radam": radam,
    "adamw": adam,
    "lion": lion,
    "rprop": rprop,
    "adafactor": adafactor,
}
