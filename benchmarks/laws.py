"""Laws that tables are drawn from, whose rows never end: what is said of a table can be tried.

A law fixes its own numbers (weights, centres) when it is drawn; from then on its rows are all of
one distribution, with noise that nothing can learn.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from sources import CLASSES, REGRESSION, Table

from nndoctor.trainable import Array

Rng = np.random.Generator
Rows = tuple[Array, Array]
Draw = Callable[[int, Rng], Rows]  # x [n, D] and y [n]


@dataclass(frozen=True)
class Law:
    """One distribution of rows."""

    name: str
    task: str
    draw: Draw

    def table(self, rows: int, rng: Rng) -> Table:
        """So many independent rows."""
        x, y = self.draw(rows, rng)
        return Table(self.name, self.task, x, y.astype(np.float64)[:, None])


def _direction(rng: Rng, width: int) -> Array:
    w = rng.standard_normal(width)
    return w / np.linalg.norm(w)


def _sided(margin: Array, rng: Rng) -> Array:
    """Classes 0 and 1, the second with the logistic chance of its margin."""
    return rng.uniform(size=len(margin)) < 1 / (1 + np.exp(-margin))


def _flipped(y: Array, share: float, rng: Rng) -> Array:
    """Two classes, that share of them wrong."""
    return y ^ (rng.uniform(size=len(y)) < share)


def _plane(law: Rng) -> Draw:
    """Linear, of variance 1 under noise of variance 0.1."""
    w = _direction(law, 6)

    def draw(n: int, rng: Rng) -> Rows:
        x = rng.standard_normal((n, 6))
        return x, x @ w + np.sqrt(0.1) * rng.standard_normal(n)

    return draw


def _sparse(law: Rng) -> Draw:
    """Linear in three inputs of thirty."""
    w = np.zeros(30)
    w[law.permutation(30)[:3]] = _direction(law, 3)

    def draw(n: int, rng: Rng) -> Rows:
        x = rng.standard_normal((n, 30))
        return x, x @ w + np.sqrt(0.1) * rng.standard_normal(n)

    return draw


def _friedman(law: Rng) -> Draw:
    """Ten inputs of which five count, in another order for each law.

    Source: J. H. Friedman, "Multivariate adaptive regression splines", 1991, equation 61.
    """
    order = law.permutation(10)

    def draw(n: int, rng: Rng) -> Rows:
        x = rng.uniform(size=(n, 10))
        a, b, c, d, e = x[:, order[:5]].T
        y = 10 * np.sin(np.pi * a * b) + 20 * (c - 0.5) ** 2 + 10 * d + 5 * e
        return x, y + rng.standard_normal(n)

    return draw


def _step(law: Rng) -> Draw:
    """-1 or 1 by the side of a threshold in one of three inputs."""
    at = law.uniform(-0.3, 0.3)

    def draw(n: int, rng: Rng) -> Rows:
        x = rng.uniform(-1, 1, (n, 3))
        return x, np.sign(x[:, 0] - at) + 0.2 * rng.standard_normal(n)

    return draw


def _sine(law: Rng) -> Draw:
    """One period of a sine of amplitude 1, anywhere in phase."""
    phase = law.uniform(0, 2 * np.pi)

    def draw(n: int, rng: Rng) -> Rows:
        x = rng.uniform(-np.pi, np.pi, (n, 1))
        return x, np.sin(x[:, 0] + phase) + 0.2 * rng.standard_normal(n)

    return draw


def _saddle(law: Rng) -> Draw:
    """The product of two inputs, which no linear model sees."""
    size = law.uniform(1, 3)

    def draw(n: int, rng: Rng) -> Rows:
        x = rng.uniform(-size, size, (n, 4))
        y = x[:, 0] * x[:, 1] / size**2
        return x, y + 0.1 * rng.standard_normal(n)

    return draw


def _tails(law: Rng) -> Draw:
    """Inputs of Student's t with 3 degrees of freedom, a bounded function of a plane of them."""
    w = _direction(law, 5)

    def draw(n: int, rng: Rng) -> Rows:
        x = rng.standard_t(3, (n, 5))
        return x, np.arctan(x @ w) + 0.3 * rng.standard_normal(n)

    return draw


def _logistic(law: Rng) -> Draw:
    """Two classes with the logistic chance of a plane."""
    w = 4 * _direction(law, 5)

    def draw(n: int, rng: Rng) -> Rows:
        x = rng.standard_normal((n, 5))
        return x, _sided(x @ w, rng)

    return draw


def _crowd(law: Rng) -> Draw:
    """The same with 25 columns of noise beside three that count."""
    columns, w = law.permutation(28)[:3], 5 * _direction(law, 3)

    def draw(n: int, rng: Rng) -> Rows:
        x = rng.standard_normal((n, 28))
        return x, _sided(x[:, columns] @ w, rng)

    return draw


def _blobs(law: Rng) -> Draw:
    """Three Gaussians that overlap, their centres two apart."""
    turn, angles = law.uniform(0, 2 * np.pi), 2 * np.pi / 3 * np.arange(3)
    centres = 2 / np.sqrt(3) * np.column_stack([np.cos(turn + angles), np.sin(turn + angles)])

    def draw(n: int, rng: Rng) -> Rows:
        y = rng.integers(3, size=n)
        return centres[y] + 0.7 * rng.standard_normal((n, 2)), y

    return draw


def _rare(law: Rng) -> Draw:
    """A second class of one row in ten, apart in each of four inputs."""
    away = 1.5 * law.choice([-1.0, 1.0], size=4)

    def draw(n: int, rng: Rng) -> Rows:
        y = rng.uniform(size=n) < 0.1
        return rng.standard_normal((n, 4)) + y[:, None] * away, y

    return draw


def _rings(law: Rng) -> Draw:
    """An inner and an outer ring."""
    inner = law.uniform(0.4, 0.6)

    def draw(n: int, rng: Rng) -> Rows:
        y, angle = rng.integers(2, size=n), rng.uniform(0, 2 * np.pi, n)
        radius = np.where(y == 1, 1.0, inner) + 0.1 * rng.standard_normal(n)
        return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)]), y

    return draw


def _moons(law: Rng) -> Draw:
    """Two half circles, each reaching into the other, turned anyhow."""
    turn = law.uniform(0, 2 * np.pi)
    turned = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])

    def draw(n: int, rng: Rng) -> Rows:
        y, angle = rng.integers(2, size=n), rng.uniform(0, np.pi, n)
        upper = np.column_stack([np.cos(angle), np.sin(angle)])
        x = np.where(y[:, None] == 0, upper, [1.0, 0.5] - upper)
        return (x + 0.2 * rng.standard_normal((n, 2))) @ turned, y

    return draw


def _xor(law: Rng) -> Draw:
    """The parity of the signs of two inputs among four, one label in twenty wrong."""
    one, two = law.permutation(4)[:2]

    def draw(n: int, rng: Rng) -> Rows:
        x = rng.uniform(-1, 1, (n, 4))
        return x, _flipped(x[:, one] * x[:, two] > 0, 0.05, rng)

    return draw


LAWS: dict[str, tuple[str, Callable[[Rng], Draw]]] = {
    "plane": (REGRESSION, _plane),
    "sparse": (REGRESSION, _sparse),
    "friedman": (REGRESSION, _friedman),
    "step": (REGRESSION, _step),
    "sine": (REGRESSION, _sine),
    "saddle": (REGRESSION, _saddle),
    "tails": (REGRESSION, _tails),
    "logistic": (CLASSES, _logistic),
    "crowd": (CLASSES, _crowd),
    "blobs": (CLASSES, _blobs),
    "rare": (CLASSES, _rare),
    "rings": (CLASSES, _rings),
    "moons": (CLASSES, _moons),
    "xor": (CLASSES, _xor),
}


def law(name: str, rng: Rng) -> Law:
    """The law of that name, its own numbers drawn."""
    task, make = LAWS[name]
    return Law(name, task, make(rng))
