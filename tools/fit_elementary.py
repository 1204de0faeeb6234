"""Fits the float32 approximations of `nndoctor/engine/elementary.py` and prints coefficients.

tanh(x) = x P(x^2) / Q(x^2) on [0, 9.02], erf(x) the same on [0, 4], and log(1 + x) = x P(x) / Q(x)
on [1/sqrt 2 - 1, 1], by Lawson's iteratively reweighted least squares on the relative error
(Lawson 1961; linearised after Sanathanan & Koerner 1963), and exp(r) on [-ln 2 / 2, ln 2 / 2] by
the same. Run: python tools/fit_elementary.py
"""

import numpy as np
from scipy import special


def lawson(design, target, rounds=400):
    """Minimax coefficients c of design @ c ~ target, both already divided by the scale."""
    weights = np.ones(len(target))
    best, best_error = None, np.inf
    for _ in range(rounds):
        root = np.sqrt(weights)
        c, *_ = np.linalg.lstsq(design * root[:, None], target * root, rcond=None)
        error = np.abs(design @ c - target)
        if error.max() < best_error:
            best, best_error = c, error.max()
        weights *= error / error.max() + 1e-12
        weights /= weights.sum()
    return best, best_error


def fit_exp(degree=5):
    half = np.log(2) / 2
    r = half * np.cos(np.linspace(0, np.pi, 4001))
    # exp(r) = 1 + r + r^2 q(r): the two first coefficients exact, so that exp(0) is 1
    powers = np.stack([r ** (k + 2) for k in range(degree - 1)], 1)
    return lawson(powers / np.exp(r)[:, None], (np.exp(r) - 1 - r) / np.exp(r))


def fit_rational(x, u, target, degree_p, degree_q, outer=12):
    """target ~ x P(u) / Q(u) with Q(0) = 1; answers P, Q and the largest relative error."""
    q_old = np.ones_like(x)
    for _ in range(outer):
        scale = target * q_old
        p_part = np.stack([x * u**k for k in range(degree_p + 1)], 1) / scale[:, None]
        q_part = -np.stack([target * u**k for k in range(1, degree_q + 1)], 1) / scale[:, None]
        norms = np.abs(np.hstack([p_part, q_part])).max(0)
        c, _ = lawson(np.hstack([p_part, q_part]) / norms, target / scale)
        c = c / norms
        p, q = c[: degree_p + 1], np.concatenate([[1.0], c[degree_p + 1 :]])
        q_old = sum(a * u**k for k, a in enumerate(q))
    value = x * sum(a * u**k for k, a in enumerate(p)) / q_old
    return p, q, np.abs(value / target - 1).max()


def _from_zero(top):
    return top * np.linspace(1e-4, 1, 6001) ** 1.5


def fit_tanh():
    x = _from_zero(9.02)
    return fit_rational(x, x * x, np.tanh(x), 6, 3)


def fit_erf():
    x = _from_zero(4.0)
    return fit_rational(x, x * x, special.erf(x), 6, 4)


def fit_log1p():
    x = np.linspace(np.sqrt(0.5) - 1, 1, 6000)
    return fit_rational(x, x, np.log1p(x), 3, 3)


if __name__ == "__main__":
    c, error = fit_exp()
    print("exp, coefficients of r^2, r^3, ...:", [float(f"{v:.10g}") for v in c])
    print("relative error", error)
    for fit in (fit_tanh, fit_erf, fit_log1p):
        p, q, error = fit()
        print(fit.__name__, "P:", [float(f"{v:.10g}") for v in p])
        print(fit.__name__, "Q:", [float(f"{v:.10g}") for v in q], "relative error", error)
