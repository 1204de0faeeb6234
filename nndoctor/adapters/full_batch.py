"""Full-batch optimizers over the engine's loss and gradient in float64: SciPy's and our own.

They model the surface from one iteration to the next, so all noise has to be off: no dropout, no
input noise, no batches. An iteration counts as one update.
"""

import warnings
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ..trainable import Array
from .newton import MOST, NAME, damped_newton

if TYPE_CHECKING:
    from scipy.optimize import OptimizeResult

METHODS: Mapping[str, Any] = {
    "lbfgs": "L-BFGS-B",
    "bfgs": "BFGS",
    "conjugate_gradient": "CG",
    "newton_cg": "Newton-CG",
    NAME: damped_newton,
}
SOURCES = {
    "lbfgs": "Liu & Nocedal 1989; SciPy's L-BFGS-B (Byrd, Lu, Nocedal & Zhu 1995), memory 10",
    "bfgs": "Nocedal & Wright 2006, algorithm 6.1; it keeps a matrix of P x P numbers",
    "conjugate_gradient": "Polak & Ribiere 1969; Nocedal & Wright 2006, section 5.2",
    "newton_cg": "Nocedal & Wright 2006, section 7.1, Hessian products by differences of gradients",
    NAME: "Nocedal & Wright 2006, section 3.4; the whole Hessian by differences of gradients, its "
    "eigenvalues by size as in Dauphin et al. 2014, arXiv:1406.2572, damped as in Marquardt 1963; "
    f"at most {MOST} parameters",
}
# What they keep, in vectors as long as theta; the one in SQUARE a matrix of P x P besides.
SLOTS = {"lbfgs": 24, "bfgs": 8, "conjugate_gradient": 8, "newton_cg": 8, NAME: 8}
SQUARE = ("bfgs", NAME)
Objective = Callable[[Array], tuple[float, Array, float]]


def minimise(
    name: str,
    start: Array,
    objective: Objective,
    updates: int,
    accept: Callable[[Array, int], bool],
) -> Array:
    """Makes at most so many iterations from theta [P]; answers the data loss before each.

    `objective` answers the value with its penalty, the gradient [P] and the data loss; `accept`
    gets theta and the iterations made after each of them, False ends it.
    """
    from scipy import optimize  # 0.3 s, which most recipes do without

    last: list[Array | float] = []
    losses: list[float] = []

    def value_and_gradient(theta: Array) -> tuple[float, Array]:
        value, gradient, loss = objective(theta)
        last[:] = theta.copy(), loss
        # a line search steps back from infinity, but not from NaN
        return (value if np.isfinite(value) else np.inf), gradient

    def after(intermediate_result: "OptimizeResult") -> None:
        theta = intermediate_result.x
        loss = last[1] if np.array_equal(last[0], theta) else objective(theta)[2]
        losses.append(float(loss))
        if not accept(theta, len(losses) - 1):
            raise StopIteration

    losses.append(objective(start)[2])
    if np.isfinite(losses[0]):
        options = {"maxiter": updates} | ({"maxfun": np.inf} if name == "lbfgs" else {})
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            optimize.minimize(
                value_and_gradient,
                start,
                jac=True,
                method=METHODS[name],
                callback=after,
                options=options,
            )
    return np.array(losses)
