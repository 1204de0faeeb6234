"""Which values an activation can take."""

import numpy as np

# Lowest and highest, by definition; what is not named here reaches everything. The lowest values of
# the last four: Klambauer et al. 2017 (alpha * scale), and the minima of x * Phi(x),
# x * sigmoid(x) and x * tanh(softplus(x)).
REACH = {
    "sigmoid": (0.0, 1.0), "hard_sigmoid": (0.0, 1.0), "clipped_sigmoid": (0.0, 1.0),
    "softmax": (0.0, 1.0), "tanh": (-1.0, 1.0), "hard_tanh": (-1.0, 1.0), "softsign": (-1.0, 1.0),
    "relu": (0.0, np.inf), "softplus": (0.0, np.inf), "exponential": (0.0, np.inf),
    "selu": (-1.7581, np.inf), "gelu": (-0.17, np.inf), "gelu_tanh": (-0.1701, np.inf),
    "silu": (-0.2785, np.inf), "mish": (-0.3089, np.inf),
}  # fmt: skip
SLACK = 1e-6  # of float32 rounding


def reach(activation: str) -> tuple[float, float]:
    """The lowest and the highest value."""
    return REACH.get(activation, (-np.inf, np.inf))
