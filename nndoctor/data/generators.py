"""Made-up tables whose difficulty is known, and one of real images that is there everywhere."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nndoctor.errors import DataError, Mistake
from nndoctor.limits import refuse_beyond
from nndoctor.trainable import Array

from .dataset import Dataset
from .naming import numbered


@dataclass(frozen=True)
class Settings:
    """How a table is made: n rows, d features, classes, and the spread of the noise."""

    n: int
    d: int
    classes: int
    noise: float
    rng: np.random.Generator


GROUP = 5  # columns of `sparse` that move together
COPIES = 4  # of a table in float64, at the same time: drawn, summed, split, scaled

Make = Callable[[Settings], tuple[Array, Array]]


@dataclass(frozen=True)
class Generator:
    """A maker with its defaults; a range (low, high) says what it can do, high None: any.

    `most`: rows it has, None where it makes as many as are asked for.
    """

    make: Make
    n: int
    d: int
    classes: int
    noise: float
    d_range: tuple[int, int | None]
    classes_range: tuple[int, int | None]
    has_noise: bool = True
    target: str = "label"
    most: int | None = None


def _gaussian(s: Settings) -> tuple[Array, Array]:
    """Unit-Gaussian features with labels drawn at random: nothing to learn, only to memorise.

    Source: Stanford CS231n, lecture 6, activation statistics of a deep net on Gaussian input.
    """
    return s.rng.standard_normal((s.n, s.d)), s.rng.integers(s.classes, size=s.n)


def _spiral(s: Settings) -> tuple[Array, Array]:
    """Interleaved arms around the origin; no straight line parts them.

    Source: Stanford CS231n, "Putting it together: minimal neural network case study". The arms
    start evenly around the circle, which for three is theirs (4 rad apart) but for the order, and
    one step off the origin, where theirs meet in one point with all labels.
    """
    label = np.arange(s.n) % s.classes
    along = (np.arange(s.n) // s.classes + 1) / ((s.n - 1) // s.classes + 1)
    angle = 4 * along + 2 * np.pi * label / s.classes + s.noise * s.rng.standard_normal(s.n)
    return np.column_stack([along * np.sin(angle), along * np.cos(angle)]), label


def _xor(s: Settings) -> tuple[Array, Array]:
    """Corners of a cube; the label is the parity of their bits.

    Source: Minsky and Papert, "Perceptrons", 1969.
    """
    bits = (np.arange(s.n)[:, None] >> (np.arange(s.d) % 62)) & 1
    return bits + s.noise * s.rng.standard_normal(bits.shape), bits.sum(axis=1) % 2


def _blobs(s: Settings) -> tuple[Array, Array]:
    """Gaussian clouds around centres drawn from -10 to 10; `noise` is a cloud's spread.

    Source: scikit-learn, make_blobs.
    """
    centres = s.rng.uniform(-10, 10, (s.classes, s.d))
    label = np.arange(s.n) % s.classes
    return centres[label] + s.noise * s.rng.standard_normal((s.n, s.d)), label


def _circles(s: Settings) -> tuple[Array, Array]:
    """Concentric circles, the outermost of radius 1.

    Source: scikit-learn, make_circles.
    """
    label = np.arange(s.n) % s.classes
    angle = s.rng.uniform(0, 2 * np.pi, s.n)
    x = np.column_stack([np.cos(angle), np.sin(angle)]) * (label[:, None] + 1) / s.classes
    return x + s.noise * s.rng.standard_normal(x.shape), label


def _moons(s: Settings) -> tuple[Array, Array]:
    """Two half circles, each reaching into the other.

    Source: scikit-learn, make_moons.
    """
    label = np.arange(s.n) % 2
    angle = s.rng.uniform(0, np.pi, s.n)
    upper = np.column_stack([np.cos(angle), np.sin(angle)])
    lower = np.column_stack([1 - np.cos(angle), 0.5 - np.sin(angle)])
    x = np.where(label[:, None] == 0, upper, lower)
    return x + s.noise * s.rng.standard_normal(x.shape), label


def _sine(s: Settings) -> tuple[Array, Array]:
    """y = sin(x) for x from -pi to pi: the smallest regression that needs a hidden layer.

    Source: Cybenko, "Approximation by superpositions of a sigmoidal function", 1989.
    """
    x = s.rng.uniform(-np.pi, np.pi, (s.n, 1))
    return x, np.sin(x[:, 0]) + s.noise * s.rng.standard_normal(s.n)


def _digits(s: Settings) -> tuple[Array, Array]:
    """Handwritten digits as 8 x 8 counts from 0 to 16, drawn from the 1797 of a real table.

    Source: Alpaydin and Kaynak, "Optical Recognition of Handwritten Digits", UCI Machine Learning
    Repository, 1998, as scikit-learn brings it along.
    """
    from sklearn.datasets import load_digits

    table = load_digits()
    kept = s.rng.permutation(len(table.target))[: s.n]
    x = np.asarray(table.data[kept], np.float64)
    return x + s.noise * s.rng.standard_normal(x.shape), table.target[kept]


def _sparse(s: Settings) -> tuple[Array, Array]:
    """Columns in fives that move together; y is the sum of the first three fives, and noise.

    Source: Zou and Hastie, "Regularization and variable selection via the elastic net", 2005,
    example 4 of section 5, its fives at most.
    """
    hidden = s.rng.standard_normal((s.n, -(-s.d // GROUP)))
    x = np.repeat(hidden, GROUP, axis=1)[:, : s.d] + 0.1 * s.rng.standard_normal((s.n, s.d))
    return x, x[:, : 3 * GROUP].sum(axis=1) + s.noise * s.rng.standard_normal(s.n)


GENERATORS: dict[str, Generator] = {
    "gaussian": Generator(_gaussian, 1000, 500, 10, 0.0, (1, None), (2, None), has_noise=False),
    "spiral": Generator(_spiral, 300, 2, 3, 0.2, (2, 2), (2, None)),
    "xor": Generator(_xor, 200, 2, 2, 0.1, (2, 62), (2, 2)),
    "blobs": Generator(_blobs, 300, 2, 3, 1.0, (1, None), (2, None)),
    "circles": Generator(_circles, 300, 2, 2, 0.05, (2, 2), (2, None)),
    "moons": Generator(_moons, 300, 2, 2, 0.1, (2, 2), (2, 2)),
    "sine": Generator(_sine, 200, 1, 0, 0.0, (1, 1), (0, 0), target="y"),
    "digits": Generator(_digits, 1797, 64, 10, 0.0, (64, 64), (10, 10), target="digit", most=1797),
    "sparse": Generator(_sparse, 200, 100, 0, 1.0, (3 * GROUP, None), (0, 0), target="y"),
}


def generate(
    name: str,
    *,
    n: int | None = None,
    d: int | None = None,
    classes: int | None = None,
    noise: float | None = None,
    seed: int = 0,
) -> Dataset:
    """A table from the generator `name`; None takes its own default."""
    made = GENERATORS.get(name)
    if made is None:
        raise DataError(f"no generator named '{name}'", f"there are {', '.join(GENERATORS)}")
    mistakes = _mistakes(name, made, n, d, classes, noise)
    if mistakes:
        raise DataError.of(mistakes)
    settings = Settings(
        n=made.n if n is None else n,
        d=made.d if d is None else d,
        classes=made.classes if classes is None else classes,
        noise=made.noise if noise is None else noise,
        rng=np.random.default_rng(seed),
    )
    cells = (settings.n + settings.classes) * settings.d
    told = f"a table of {settings.n} x {settings.d}"
    refuse_beyond(COPIES * 8.0 * cells, told, "a smaller n or d")
    x, y = made.make(settings)
    return Dataset(x, numbered("x", x.shape[1]), y[:, None], (made.target,), f"generator {name}")


def _mistakes(
    name: str,
    made: Generator,
    n: int | None,
    d: int | None,
    classes: int | None,
    noise: float | None,
) -> list[Mistake]:
    least = max(2, classes or made.classes)
    asked = (
        ("n", n, (least, made.most), "rows; each class needs one"),
        ("d", d, made.d_range, "features"),
        ("classes", classes, made.classes_range, "classes"),
    )
    mistakes = [
        Mistake(f"generator '{name}' can't have {key} = {value}", f"it makes {_span(span)} {what}")
        for key, value, span, what in asked
        if value is not None and not (span[0] <= value and (span[1] is None or value <= span[1]))
    ]
    if n is None and made.n < least and not mistakes:
        mistakes.append(
            Mistake(f"generator '{name}' makes {made.n} rows for {least} classes", "set n as well")
        )
    if noise is not None and not (made.has_noise and 0 <= noise < np.inf):
        hint = "it is a spread, from 0 on" if made.has_noise else "its features are noise already"
        mistakes.append(Mistake(f"generator '{name}' can't have noise = {noise}", hint))
    return mistakes


def _span(span: tuple[int, int | None]) -> str:
    low, high = span
    if high is None:
        return f"at least {low}"
    return f"{low}" if low == high else f"{low} to {high}"
