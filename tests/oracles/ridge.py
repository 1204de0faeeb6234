"""Ridge regression by its normal equations, each row left out by fitting to all others."""

import numpy as np


def fitted(z, t, strength):
    """Weights with an unpenalised intercept last, [F + 1, T]."""
    a = np.column_stack([z, np.ones(len(z))])
    penalty = strength * np.diag([*np.ones(z.shape[1]), 0.0])
    return np.linalg.solve(a.T @ a + penalty, a.T @ t)


def left_out(z, t, strength):
    """The prediction of each row by a fit without it, [N, T]."""
    told = np.empty(t.shape)
    for row in range(len(z)):
        others = np.arange(len(z)) != row
        told[row] = np.append(z[row], 1.0) @ fitted(z[others], t[others], strength)
    return told
