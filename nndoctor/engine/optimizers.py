"""Optimizers: each turns the gradient into a step direction, and the table of them.

`direction(g, slots, s, t)` overwrites g [P] with the direction u; the training loop then does
theta <- theta - rate * u. slots: [S, P], zero at the start; s: the settings; t: 1, 2, ...
Rate, schedule and penalties are common stages around it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from ..errors import RecipeError


@dataclass(frozen=True)
class Setting:
    """One number an optimizer takes: its default and its permitted range (ends included)."""

    name: str
    default: float
    low: float = 0.0
    high: float = 1.0


@dataclass(frozen=True)
class Optimizer:
    """One optimizer; `slots`: how many vectors [P] it remembers."""

    name: str
    direction: Callable[..., None]
    settings: tuple[Setting, ...]
    slots: int
    source: str

    def pack(self, given: Mapping[str, float], dtype: np.dtype) -> np.ndarray:
        """The settings in the kernel's order, defaults filled in; a strange one is an error."""
        known = {setting.name: setting for setting in self.settings}
        for name, value in given.items():
            if name not in known:
                raise RecipeError(
                    f"optimizer {self.name!r} has no setting {name!r}",
                    f"it takes: {', '.join(known) or 'none'}",
                )
            if not known[name].low <= value <= known[name].high:
                raise RecipeError(
                    f"optimizer.{name} is {value}",
                    f"expected {known[name].low:g} to {known[name].high:g}",
                )
        return np.array([given.get(s.name, s.default) for s in self.settings] or [0.0], dtype)


def _sgd(g, slots, s, t):
    """v <- mu v + g;  u = v, or g + mu v with Nesterov's look-ahead."""
    mu, ahead = s[0], s[1] > 0
    if mu == 0:
        return
    v = slots[0]
    for i in range(g.size):
        v[i] = mu * v[i] + g[i]
        g[i] = g[i] + mu * v[i] if ahead else v[i]


def _adagrad(g, slots, s, t):
    """c <- c + g^2;  u = g / (sqrt(c) + eps)."""
    c = slots[0]
    for i in range(g.size):
        c[i] += g[i] * g[i]
        g[i] /= np.sqrt(c[i]) + s[0]


def _rmsprop(g, slots, s, t):
    """c <- rho c + (1 - rho) g^2;  u = g / (sqrt(c) + eps)."""
    one = g.dtype.type(1)
    rho, eps, c = s[0], s[1], slots[0]
    for i in range(g.size):
        c[i] = rho * c[i] + (one - rho) * g[i] * g[i]
        g[i] /= np.sqrt(c[i]) + eps


def _adam(g, slots, s, t):
    """m, v: running moments;  u = m_hat / (sqrt(v_hat) + eps)."""
    one = g.dtype.type(1)
    beta1, beta2, eps = s[0], s[1], s[2]
    m, v = slots[0], slots[1]
    m_fix = g.dtype.type(1.0 / (1.0 - float(beta1) ** t))
    v_fix = g.dtype.type(1.0 / np.sqrt(1.0 - float(beta2) ** t))
    for i in range(g.size):
        m[i] = beta1 * m[i] + (one - beta1) * g[i]
        v[i] = beta2 * v[i] + (one - beta2) * g[i] * g[i]
        g[i] = m_fix * m[i] / (np.sqrt(v[i]) * v_fix + eps)


_MOMENTUM = (
    "Polyak 1964 and Nesterov 1983 in the form of Sutskever et al. 2013, as PyTorch writes it: "
    "the rate multiplies the velocity, so it differs from v = mu v - rate g while the rate changes"
)

OPTIMIZERS = {
    unit.name: unit
    for unit in (
        Optimizer(
            "sgd", _sgd, (Setting("momentum", 0.0), Setting("nesterov", 0.0)), 1,
            "Robbins & Monro 1951; momentum: " + _MOMENTUM,
        ),
        Optimizer(
            "momentum", _sgd, (Setting("momentum", 0.9), Setting("nesterov", 0.0)), 1, _MOMENTUM
        ),
        Optimizer(
            "nesterov", _sgd, (Setting("momentum", 0.9), Setting("nesterov", 1.0)), 1, _MOMENTUM
        ),
        Optimizer(
            "adagrad", _adagrad, (Setting("eps", 1e-10, high=np.inf),), 1,
            "Duchi, Hazan & Singer 2011, JMLR 12",
        ),
        Optimizer(
            "rmsprop", _rmsprop, (Setting("rho", 0.9), Setting("eps", 1e-8, high=np.inf)), 1,
            "Tieleman & Hinton 2012, Coursera lecture 6.5; eps outside the root as in PyTorch, "
            "whose default rho is 0.99",
        ),
        Optimizer(
            "adam", _adam,
            (Setting("beta1", 0.9), Setting("beta2", 0.999), Setting("eps", 1e-8, high=np.inf)), 2,
            "Kingma & Ba 2015, Algorithm 1, arXiv:1412.6980",
        ),
    )
}  # fmt: skip
