"""Batch and layer norm one column or row at a time, their gradients from the full Jacobian."""

import numpy as np


def _whiten(values, eps):
    """values [m] at mean 0 and variance 1, and the Jacobian [m, m] of that."""
    m, root = len(values), np.sqrt(values.var() + eps)
    kept = (values - values.mean()) / root
    return kept, (np.eye(m) - np.full((m, m), 1 / m) - np.outer(kept, kept) / m) / root


def _each(name, z):
    """What is normalised together: columns of batch norm, rows of layer norm."""
    return np.asarray(z, float).T if name == "batch_norm" else np.asarray(z, float)


def value(name, z, gain, shift, eps=1e-5):
    """Of z [B, n], by its own moments."""
    kept = np.array([_whiten(values, eps)[0] for values in _each(name, z)])
    return gain * _each(name, kept) + shift


def at_test(z, gain, shift, means, variances, eps=1e-5):
    """Batch norm by the running averages [n]."""
    return gain * (np.asarray(z, float) - means) / np.sqrt(variances + eps) + shift


def gradients(name, z, gain, g, eps=1e-5):
    """By z [B, n], gain [n] and shift [n], given the gradient g [B, n] by the value."""
    whitened = [_whiten(values, eps) for values in _each(name, z)]
    kept = _each(name, np.array([one for one, _ in whitened]))
    pulled = [
        jacobian.T @ up for (_, jacobian), up in zip(whitened, _each(name, g * gain), strict=True)
    ]
    return _each(name, np.array(pulled)), (g * kept).sum(axis=0), np.sum(g, axis=0)


def averages(means, variances, z, momentum=0.1, unbiased=True):
    """The running averages after one more batch."""
    z = np.asarray(z, float)
    return (
        (1 - momentum) * means + momentum * z.mean(axis=0),
        (1 - momentum) * variances + momentum * z.var(axis=0, ddof=int(unbiased)),
    )


KINDS = ("batch_norm", "layer_norm")
