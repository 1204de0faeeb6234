"""Random numbers inside kernels: splitmix64 (Steele, Lea & Flood 2014), the same on any machine."""

import numpy as np

from .jit import kernel

_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX1, _MIX2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_S27, _S30, _S31, _S11 = np.uint64(27), np.uint64(30), np.uint64(31), np.uint64(11)
_TO_UNIT = 2.0**-53


@kernel
def uniform(state):
    """The next number in [0, 1); state: uint64 [1], advanced in place."""
    state[0] += _STEP
    z = state[0]
    z = (z ^ (z >> _S30)) * _MIX1
    z = (z ^ (z >> _S27)) * _MIX2
    return float((z ^ (z >> _S31)) >> _S11) * _TO_UNIT


@kernel
def normal(state):
    """The next number of a standard normal distribution (Box & Muller 1958, cosine half)."""
    radius = np.sqrt(-2.0 * np.log(1.0 - uniform(state)))
    return radius * np.cos(2.0 * np.pi * uniform(state))


@kernel
def shuffle(order, state):
    """A random order of `order` [N], in place (Fisher & Yates, Durstenfeld 1964)."""
    for i in range(order.size - 1, 0, -1):
        j = int(uniform(state) * (i + 1))
        order[i], order[j] = order[j], order[i]


def seeded(*words: int) -> np.ndarray:
    """The state of a stream of its own for each tuple of seeds: uint64 [1]."""
    return np.random.SeedSequence(words).generate_state(1, np.uint64)
