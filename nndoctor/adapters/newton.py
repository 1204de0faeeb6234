"""Newton's method with the whole Hessian, damped: for networks of few parameters."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import RecipeError
from ..trainable import Array

if TYPE_CHECKING:
    from scipy.optimize import OptimizeResult

NAME = "damped_newton"
MOST = 1000  # parameters: a step takes two gradients for each, and P^3 operations
SMALL = 1e-8  # largest entry of a gradient at which nothing is left to do
APART = 1e-5  # of the parameters, in differences of gradients
FIRST = 1e-3  # damping, of the largest eigenvalue
LEAST = 1e-12
TENFOLD = 30  # times that a step is damped more before it is given up
DESCENT = 1e-4  # of the fall that the slope foretells, which a step has to bring


def refuse_large(optimizer: str, parameters: int) -> None:
    """Raises RecipeError where the Hessian of so many parameters would be asked for."""
    if optimizer == NAME and parameters > MOST:
        raise RecipeError(
            f"a network of {parameters} parameters under {NAME}, which takes at most {MOST}",
            'optimizer.name = "newton_cg", which keeps no matrix, or fewer units',
        )


def damped_newton(
    value: Callable[[Array], float],
    start: Array,
    jac: Callable[[Array], Array],
    callback: "Callable[[OptimizeResult], None]",
    maxiter: int,
    **unused: Any,
) -> "OptimizeResult":
    """A method for scipy.optimize.minimize: steps -(|H| + mu)^-1 g, theta being [P].

    |H| has the absolute values of the eigenvalues, so that it leads away from saddles (Dauphin et
    al. 2014, arXiv:1406.2572, section 4); mu is a tenth after a step that brings a fall, else ten
    times as much (Marquardt 1963).
    """
    from scipy.optimize import OptimizeResult

    theta, height, mu = start, value(start), np.nan
    for _ in range(maxiter):
        g = jac(theta)
        if not np.abs(g).max(initial=0.0) > SMALL:
            break
        matrix = hessian(jac, theta)
        if not np.isfinite(matrix).all():
            break
        values, vectors = np.linalg.eigh(matrix)
        size, along = np.abs(values), vectors.T @ g
        least = LEAST * max(float(size.max()), 1.0)
        mu = max(FIRST * float(size.max()) if np.isnan(mu) else mu, least)
        for _ in range(TENFOLD):
            new = theta - vectors @ (along / (size + mu))
            then = value(new)
            if then < height - DESCENT * float((along**2 / (size + mu)).sum()):
                break
            mu *= 10
        else:
            break  # as low as rounding lets it come
        theta, height, mu = new, then, mu / 10
        try:
            callback(OptimizeResult(x=theta))
        except StopIteration:
            break
    return OptimizeResult(x=theta, fun=height)


def hessian(gradient: Callable[[Array], Array], theta: Array) -> Array:
    """[P, P] by centred differences of the gradient, symmetric."""
    columns = []
    for at in range(len(theta)):
        step = np.zeros_like(theta)
        step[at] = APART * max(1.0, abs(float(theta[at])))
        columns.append((gradient(theta + step) - gradient(theta - step)) / (2 * step[at]))
    matrix = np.array(columns)
    return np.asarray((matrix + matrix.T) / 2)
