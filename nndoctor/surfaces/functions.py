"""Functions of one or two parameters, each a difficulty that losses have, in closed form."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..trainable import Array

CONDITION = 50.0


@dataclass(frozen=True)
class Surface:
    """value(w) of w [D], or of many at once [D, ...]; gradient [D] and hessian [D, D] of one.

    `floor` is the lowest value; `places`: where it is flat, as (what is there, w);
    `window`: what to draw, lowest and highest of each parameter.
    """

    name: str
    words: str
    value: Callable[[Array], Array]
    gradient: Callable[[Array], Array]
    hessian: Callable[[Array], Array]
    start: tuple[float, ...]
    places: tuple[tuple[str, tuple[float, ...]], ...]
    window: tuple[tuple[float, float], ...]
    floor: float = 0.0
    source: str = ""

    @property
    def condition(self) -> float:
        """Largest over smallest curvature at the minimum, the first of `places`."""
        curvatures = np.abs(np.linalg.eigvalsh(self.hessian(np.array(self.places[0][1]))))
        return float(curvatures.max() / curvatures.min())


def _saddle_value(w: Array) -> Array:
    x, y = w
    return np.asarray((x**2 - y**2) / 2 + y**4 / 4)


def _plateau_value(w: Array) -> Array:
    x, y = w
    return np.asarray(1 - np.exp(-(x**2 + y**2) / 2))


def _plateau_gradient(w: Array) -> Array:
    return np.asarray(w * np.exp(-(w @ w) / 2))


def _plateau_hessian(w: Array) -> Array:
    return np.asarray((np.eye(2) - np.outer(w, w)) * np.exp(-(w @ w) / 2))


def _two_minima(w: Array) -> Array:
    x, y = w
    return np.asarray((x**2 - 1) ** 2 + 0.3 * x + y**2)


def _beale_terms(w: Array) -> tuple[Array, Array]:
    """The three residuals, and their derivatives by x [3] beside those by y [3]."""
    x, y = w
    powers = np.array([1.0, 2.0, 3.0])
    residuals = np.array([1.5, 2.25, 2.625]) - x * (1 - y**powers)
    return residuals, np.array([y**powers - 1, x * powers * y ** (powers - 1)])


def _beale(w: Array) -> Array:
    x, y = w
    return np.asarray(
        (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2
    )


def _beale_gradient(w: Array) -> Array:
    residuals, slopes = _beale_terms(w)
    return np.asarray(2 * slopes @ residuals)


def _beale_hessian(w: Array) -> Array:
    x, y = w
    residuals, slopes = _beale_terms(w)
    mixed = 2 * residuals @ np.array([1.0, 2 * y, 3 * y**2])
    bend = 2 * residuals @ np.array([0.0, 2 * x, 6 * x * y])
    return np.asarray(2 * slopes @ slopes.T + np.array([[0.0, mixed], [mixed, bend]]))


def _rosenbrock(w: Array) -> Array:
    x, y = w
    return np.asarray((1 - x) ** 2 + 100 * (y - x**2) ** 2)


def _rosenbrock_gradient(w: Array) -> Array:
    x, y = w
    return np.array([-2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)])


def _rosenbrock_hessian(w: Array) -> Array:
    x, y = w
    return np.array([[2 - 400 * (y - 3 * x**2), -400 * x], [-400 * x, 200.0]])


# x^4 - 2 x^2 + 1 + 0.3 x is flat where 4 x^3 - 4 x + 0.3 = 0
_LOW, _TOP, _HIGH = sorted(float(root.real) for root in np.roots([4, 0, -4, 0.3]))
_VALLEY = np.array([1.0, CONDITION])
_TURN = np.array([[np.sqrt(3), -1.0], [1.0, np.sqrt(3)]]) / 2  # by 30 degrees
_TURNED = _TURN @ np.diag(_VALLEY) @ _TURN.T

SURFACES = {
    surface.name: surface
    for surface in (
        Surface(
            "valley",
            f"a long narrow valley, {CONDITION:g} times steeper across than along",
            lambda w: np.asarray((w[0] ** 2 + CONDITION * w[1] ** 2) / 2),
            lambda w: _VALLEY * w,
            lambda w: np.diag(_VALLEY),
            (10.0, 1.0),
            (("minimum", (0.0, 0.0)),),
            ((-3.0, 11.0), (-1.6, 1.6)),
            source="Polyak 1964; Goh 2017, Why momentum really works",
        ),
        Surface(
            "turned-valley",
            "the same valley turned by 30 degrees: a rate for each parameter is no help now",
            lambda w: np.einsum("i...,ij,j...->...", w, _TURNED, w) / 2,
            lambda w: _TURNED @ w,
            lambda w: _TURNED,
            tuple(map(float, _TURN @ np.array([10.0, 1.0]))),
            (("minimum", (0.0, 0.0)),),
            ((-3.0, 10.0), (-2.5, 7.5)),
        ),
        Surface(
            "saddle",
            "a saddle between two minima, begun almost on its ridge",
            _saddle_value,
            lambda w: np.array([w[0], w[1] ** 3 - w[1]]),
            lambda w: np.diag([1.0, 3 * w[1] ** 2 - 1]),
            (1.5, 1e-3),
            (("minimum", (0.0, 1.0)), ("minimum", (0.0, -1.0)), ("saddle", (0.0, 0.0))),
            ((-1.8, 1.8), (-1.5, 1.5)),
            floor=-0.25,
            source="Dauphin et al. 2014, arXiv:1406.2572",
        ),
        Surface(
            "plateau",
            "a hole in a plateau that is almost flat where the walk begins",
            _plateau_value,
            _plateau_gradient,
            _plateau_hessian,
            (-2.6, 1.8),
            (("minimum", (0.0, 0.0)),),
            ((-3.6, 2.4), (-2.4, 2.4)),
        ),
        Surface(
            "local-minimum",
            "two minima, the walk begins on the side of the higher one",
            _two_minima,
            lambda w: np.array([4 * w[0] * (w[0] ** 2 - 1) + 0.3, 2 * w[1]]),
            lambda w: np.diag([12 * w[0] ** 2 - 4, 2.0]),
            (1.7, 1.0),
            (("minimum", (_LOW, 0.0)), ("local minimum", (_HIGH, 0.0)), ("saddle", (_TOP, 0.0))),
            ((-2.0, 2.0), (-1.4, 1.4)),
            floor=float(_two_minima(np.array([_LOW, 0.0]))),
        ),
        Surface(
            "beale",
            "Beale's function: flat ground between steep walls",
            _beale,
            _beale_gradient,
            _beale_hessian,
            (1.0, 1.5),
            (("minimum", (3.0, 0.5)), ("saddle", (0.0, 1.0))),
            ((-1.0, 4.5), (-1.5, 2.0)),
            source="Beale 1958",
        ),
        Surface(
            "rosenbrock",
            "Rosenbrock's function: a bent valley",
            _rosenbrock,
            _rosenbrock_gradient,
            _rosenbrock_hessian,
            (-1.2, 1.0),
            (("minimum", (1.0, 1.0)),),
            ((-1.8, 1.8), (-0.8, 2.4)),
            source="Rosenbrock 1960",
        ),
        Surface(
            "parabola",
            "w^2 - 10 w + 25, one parameter",
            lambda w: np.asarray((w[0] - 5) ** 2),
            lambda w: 2 * (w - 5),
            lambda w: np.array([[2.0]]),
            (0.0,),
            (("minimum", (5.0,)),),
            ((-2.0, 12.0),),
            source="Ng, Improving Deep Neural Networks, week 3",
        ),
    )
}
