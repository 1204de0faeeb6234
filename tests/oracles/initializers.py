"""What each initialiser is meant to draw: a frozen SciPy distribution, or a number."""

import numpy as np
from scipy import stats


def _centred(variance):
    return stats.norm(0, np.sqrt(variance))


def _cut(variance):
    return stats.truncnorm(-2, 2, 0, np.sqrt(variance / stats.truncnorm(-2, 2).var()))


def _box(variance):
    bound = np.sqrt(3 * variance)
    return stats.uniform(-bound, 2 * bound)


def _entry_of_a_turn(n, scale=1.0):
    """An entry of a uniform orthogonal matrix: the first coordinate of a point on a sphere."""
    return stats.beta((n - 1) / 2, (n - 1) / 2, -scale, 2 * scale)


DISTRIBUTIONS = {
    "zeros": lambda fan_in, fan_out: 0.0,
    "ones": lambda fan_in, fan_out: 1.0,
    "constant": lambda fan_in, fan_out, value: value,
    "normal": lambda fan_in, fan_out, mean, std: stats.norm(mean, std),
    "truncated_normal": lambda fan_in, fan_out, mean, std: stats.truncnorm(-2, 2, mean, std),
    "uniform": lambda fan_in, fan_out, low, high: stats.uniform(low, high - low),
    "xavier": lambda fan_in, fan_out: _centred(1 / fan_in),
    "glorot_normal": lambda fan_in, fan_out: _centred(2 / (fan_in + fan_out)),
    "glorot_uniform": lambda fan_in, fan_out: _box(2 / (fan_in + fan_out)),
    "he_normal": lambda fan_in, fan_out: _centred(2 / fan_in),
    "he_uniform": lambda fan_in, fan_out: _box(2 / fan_in),
    "lecun_normal": lambda fan_in, fan_out: _centred(1 / fan_in),
    "lecun_uniform": lambda fan_in, fan_out: _box(1 / fan_in),
    "truncated_he_normal": lambda fan_in, fan_out: _cut(2 / fan_in),
    "truncated_glorot_normal": lambda fan_in, fan_out: _cut(2 / (fan_in + fan_out)),
    "truncated_lecun_normal": lambda fan_in, fan_out: _cut(1 / fan_in),
    "fan_in_uniform": lambda fan_in, fan_out: _box(1 / (3 * fan_in)),
    "glorot_uniform_logistic": lambda fan_in, fan_out: _box(2 / (3 * (fan_in + fan_out))),
    "orthogonal": lambda fan_in, fan_out: _entry_of_a_turn(max(fan_in, fan_out)),
    # before tanh
    "random_walk": lambda fan_in, fan_out: _centred(np.exp(1 / fan_out) / fan_in),
    # on white inputs, whose variance a column w of an orthogonal W turns into |w|^2
    "lsuv": lambda fan_in, fan_out: _entry_of_a_turn(
        max(fan_in, fan_out), (fan_out / min(fan_in, fan_out)) ** 0.5
    ),
}


def weight_norm_from_data(v, x, spread=1.0):
    """Lengths and biases of Salimans & Kingma 2016, section 3, unit by unit."""
    lengths, biases = [], []
    for unit in range(v.shape[1]):
        direction = v[:, unit] / sum(value**2 for value in v[:, unit]) ** 0.5
        t = [sum(value * by for value, by in zip(row, direction, strict=True)) for row in x]
        mean = sum(t) / len(t)
        sigma = (sum((value - mean) ** 2 for value in t) / len(t)) ** 0.5
        lengths.append(spread / sigma)
        biases.append(-spread * mean / sigma)
    return np.array(lengths), np.array(biases)
