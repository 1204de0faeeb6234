"""What each initialiser is meant to draw: a frozen SciPy distribution, or a number."""

import numpy as np
from scipy import stats


def _centred(variance):
    return stats.norm(0, np.sqrt(variance))


def _box(variance):
    bound = np.sqrt(3 * variance)
    return stats.uniform(-bound, 2 * bound)


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
}
