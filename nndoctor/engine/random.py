"""Random numbers inside kernels: splitmix64 (Steele, Lea & Flood 2014), the same on any machine."""

import numpy as np

from .jit import kernel

_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX1, _MIX2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_S27, _S30, _S31, _S11 = np.uint64(27), np.uint64(30), np.uint64(31), np.uint64(11)
_TO_UNIT = 2.0**-53


@kernel
def mixed(z):
    """The 53 bits that a place of the stream holds."""
    z = (z ^ (z >> _S30)) * _MIX1
    z = (z ^ (z >> _S27)) * _MIX2
    return (z ^ (z >> _S31)) >> _S11


@kernel
def uniform(state):
    """The next number in [0, 1); state: uint64 [1], advanced in place."""
    state[0] += _STEP
    return float(mixed(state[0])) * _TO_UNIT


@kernel
def choose(share, low, high, out, state):
    """Fills out [n] with `low` where the next number of [0, 1) is below `share`, else `high`.

    Places of the stream are known beforehand, so that no number waits for the one before it.
    """
    limit, place = np.uint64(np.ceil(share / _TO_UNIT)), state[0]
    for j in range(out.size):
        out[j] = low if mixed(place + np.uint64(j + 1) * _STEP) < limit else high
    state[0] = place + np.uint64(out.size) * _STEP


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
