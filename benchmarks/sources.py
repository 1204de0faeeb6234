"""Tables that planted and healthy set-ups are trained on, and ways to change them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

from nndoctor.data import generate, read
from nndoctor.trainable import Array

SAMPLES = Path(__file__).resolve().parent.parent / "sample_data"
CLASSES, REGRESSION, LABELS = "classification", "regression", "multilabel"


@dataclass(frozen=True)
class Table:
    """Inputs x [N, D] and targets y [N, T], class numbers for a classification."""

    name: str
    task: str
    x: Array
    y: Array

    @property
    def target(self) -> str | list[str]:
        """The names of its target columns."""
        return "y" if self.y.shape[1] == 1 else [f"y{i}" for i in range(self.y.shape[1])]

    @property
    def classes(self) -> int:
        """How many there are, 0 where there are none."""
        return len(np.unique(self.y)) if self.task == CLASSES else 0

    def rows(self, index: Array) -> "Table":
        """Some of the rows, in the given order."""
        return replace(self, x=self.x[index], y=self.y[index])

    def standardized(self) -> "Table":
        """Inputs of mean 0 and variance 1."""
        spread = self.x.std(axis=0)
        return replace(self, x=(self.x - self.x.mean(axis=0)) / np.where(spread > 0, spread, 1))


def _made(name: str, **settings: float) -> Callable[[], Table]:
    """From one of nndoctor's own generators."""

    def make() -> Table:
        rows = generate(name, **settings)
        task = REGRESSION if name == "sine" else CLASSES
        return Table(name, task, rows.x, rows.y.astype(np.float64))

    return make


def _sample(name: str, target: str, task: str) -> Callable[[], Table]:
    """From a file of sample_data."""

    def make() -> Table:
        rows = read(SAMPLES / f"{name}.csv", target)
        y = np.unique(rows.y, return_inverse=True)[1] if task == CLASSES else rows.y
        return Table(name, task, rows.x, y.reshape(-1, 1).astype(np.float64))

    return make


def _flowers() -> Table:
    """Three Gaussians of iris's means and spreads per class.

    Source: R. A. Fisher, "The use of multiple measurements in taxonomic problems", 1936, table I.
    """
    means = [[5.01, 3.43, 1.46, 0.25], [5.94, 2.77, 4.26, 1.33], [6.59, 2.97, 5.55, 2.03]]
    spreads = [[0.35, 0.38, 0.17, 0.11], [0.52, 0.31, 0.47, 0.20], [0.64, 0.32, 0.55, 0.27]]
    y = np.arange(240) % 3
    x = np.random.default_rng(1).normal(np.array(means)[y], np.array(spreads)[y])
    return Table("flowers", CLASSES, x, y[:, None].astype(np.float64))


def _plane() -> Table:
    """A linear map of five inputs with a little noise."""
    rng = np.random.default_rng(2)
    x = rng.standard_normal((400, 5))
    y = x @ [1.0, -2.0, 0.5, 0.0, 3.0] + 0.3 * rng.standard_normal(400)
    return Table("plane", REGRESSION, x, y[:, None])


def _friedman() -> Table:
    """Ten inputs of which five count.

    Source: J. H. Friedman, "Multivariate adaptive regression splines", 1991, equation 61.
    """
    rng = np.random.default_rng(3)
    x = rng.uniform(size=(800, 10))
    y = 10 * np.sin(np.pi * x[:, 0] * x[:, 1]) + 20 * (x[:, 2] - 0.5) ** 2 + x[:, 3:5] @ [10, 5]
    return Table("friedman", REGRESSION, x, (y + rng.standard_normal(800))[:, None])


def _tags() -> Table:
    """Three labels a row, each the side of a plane that the row lies on."""
    rng = np.random.default_rng(4)
    x = rng.standard_normal((600, 8))
    y = x @ rng.standard_normal((8, 3)) + 0.3 * rng.standard_normal((600, 3)) > 0
    return Table("tags", LABELS, x, y.astype(np.float64))


def _rare() -> Table:
    """One row in twelve is of the second class, which lies apart."""
    rng = np.random.default_rng(5)
    y = (np.arange(900) % 12 == 0).astype(np.float64)
    return Table("rare", CLASSES, rng.standard_normal((900, 6)) + 1.6 * y[:, None], y[:, None])


def _noisy() -> Table:
    """A wavy border, and one label in seven is wrong: nobody is right in more than 86 %."""
    rng = np.random.default_rng(6)
    x = rng.uniform(-2, 2, (1200, 2))
    y = (x[:, 1] > np.sin(2 * x[:, 0])) ^ (rng.uniform(size=1200) < 1 / 7)
    return Table("noisy", CLASSES, x, y[:, None].astype(np.float64))


def _scales() -> Table:
    """Inputs that differ in scale a hundredfold, those that count are the larger ones."""
    table = _friedman()
    return replace(table, name="scales", x=table.x * np.logspace(1, -1, 10))


SOURCES: dict[str, Callable[[], Table]] = {
    "spiral": _made("spiral", n=600, noise=0.15),
    "blobs": _made("blobs", n=600, d=4, classes=6, noise=6.0),
    "clouds": _made("blobs", n=300, d=2, classes=3, noise=1.0, seed=7),
    "tiny": _made("blobs", n=40, d=3, classes=2, noise=2.0, seed=8),
    "moons": _made("moons", n=500, noise=0.15),
    "circles": _made("circles", n=500, noise=0.08),
    "xor": _made("xor", n=400, noise=0.15),
    "sine": _made("sine", n=300, noise=0.1),
    "digits": _sample("digits", "digit", CLASSES),
    "breast": _sample("breast_cancer", "diagnosis", CLASSES),
    "diabetes": _sample("diabetes", "progression", REGRESSION),
    "flowers": _flowers,
    "plane": _plane,
    "friedman": _friedman,
    "tags": _tags,
    "rare": _rare,
    "noisy": _noisy,
    "scales": _scales,
}


@cache
def source(name: str) -> Table:
    """One of the tables."""
    return SOURCES[name]()
