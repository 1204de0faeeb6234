"""Losses row by row: the sum over rows, and its gradient by the outputs. y: dense, or classes."""

import numpy as np

CLIP = 1e-7


def value_and_gradient(name, from_logits, out, y):
    """The summed loss of out [B, K] and its gradient [B, K]; y [B, K], or class numbers [B, 1]."""
    out, y = np.asarray(out, float), np.asarray(y, float)
    numbered = y.shape[1] == 1 and out.shape[1] > 1
    if name == "hinge":
        row_loss = _hinge_classes if numbered else _hinge_labels
        targets = y[:, 0].astype(int) if numbered else y
    else:
        row_loss = ROW_LOSSES.get((name, from_logits)) or ROW_LOSSES[name, True]
        targets = np.eye(out.shape[1])[y[:, 0].astype(int)] if numbered else y
    total, gradient = 0.0, np.zeros_like(out)
    for i in range(len(out)):
        value, gradient[i] = row_loss(out[i], targets[i])
        total += value
    return total, gradient


def per_output(name):
    return name in ("binary_cross_entropy", "mse", "mae")


def _cross_entropy_logits(out, target):
    log_p = out - out.max() - np.log(np.exp(out - out.max()).sum())
    return -(target * log_p).sum(), target.sum() * np.exp(log_p) - target


def _cross_entropy_probabilities(out, target):
    norm = out.sum()
    p = out / norm
    clipped = np.clip(p, CLIP, 1 - CLIP)
    by_p = np.where(p == clipped, -target / clipped, 0.0)
    jacobian = np.eye(len(out)) / norm - np.outer(out, np.ones(len(out))) / norm**2  # d p_i/d out_j
    return -(target * np.log(clipped)).sum(), by_p @ jacobian


def _binary_logits(out, target):
    value = (np.logaddexp(0, out) - out * target).sum()
    return value, 1 / (1 + np.exp(-out)) - target


def _binary_probabilities(out, target):
    p = np.clip(out, CLIP, 1 - CLIP)
    value = -(target * np.log(p) + (1 - target) * np.log(1 - p)).sum()
    return value, np.where(p == out, -target / p + (1 - target) / (1 - p), 0.0)


def _mse(out, target):
    return ((out - target) ** 2).sum(), 2 * (out - target)


def _mae(out, target):
    return np.abs(out - target).sum(), np.sign(out - target)


def _hinge_classes(out, right):  # Weston & Watkins
    value, gradient = 0.0, np.zeros_like(out)
    for j in range(len(out)):
        margin = out[j] - out[right] + 1
        if j != right and margin > 0:
            value += margin
            gradient[j] += 1
            gradient[right] -= 1
    return value, gradient


def _hinge_labels(out, target):
    sign = np.where(target > 0, 1.0, -1.0)
    margin = 1 - sign * out
    return np.maximum(margin, 0).mean(), np.where(margin > 0, -sign, 0.0) / len(out)


ROW_LOSSES = {
    ("cross_entropy", True): _cross_entropy_logits,
    ("cross_entropy", False): _cross_entropy_probabilities,
    ("binary_cross_entropy", True): _binary_logits,
    ("binary_cross_entropy", False): _binary_probabilities,
    ("mse", True): _mse,
    ("mae", True): _mae,
    ("hinge", True): _hinge_labels,
}
