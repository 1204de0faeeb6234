"""Losses row by row: values, gradients by the outputs, and how rows are put together.

y: dense rows, or class numbers; s: the setting.
"""

import numpy as np

CLIP = 1e-7


def value_and_gradient(name, from_logits, out, y, s=1.0):
    """Each row's loss [B] and its gradient [B, K] for out [B, K]; y [B, K], or classes [B, 1]."""
    out, y = np.asarray(out, float), np.asarray(y, float)
    numbered = y.shape[1] == 1 and out.shape[1] > 1
    row_loss = ROW_LOSSES.get((name, from_logits)) or ROW_LOSSES[name, True]
    targets = dense(y, out.shape[1])
    if name == "hinge" and numbered:
        row_loss, targets = _hinge_classes, y[:, 0].astype(int)
    each = [row_loss(*row, s) for row in zip(out, targets, strict=True)]
    values, gradients = zip(*each, strict=True)
    return np.array(values), np.array(gradients)


def dense(y, outputs):
    """Class numbers [B, 1] as one-hot rows [B, K]; other targets as they are."""
    numbered = y.shape[1] == 1 and outputs > 1
    return np.eye(outputs)[y[:, 0].astype(int)] if numbered else y


def objective(name, from_logits, out, y, reduction="mean", smoothing=0.0, weights=(), s=1.0):
    """The mean loss, and the gradient [B, K] of the mean or the sum."""
    out, y = np.asarray(out, float), np.asarray(y, float)
    outputs = out.shape[1]
    target = y
    if smoothing:
        spread = 2 if name == "binary_cross_entropy" or outputs == 1 else outputs
        target = (1 - smoothing) * dense(y, outputs) + smoothing / spread
    values, gradient = value_and_gradient(name, from_logits, out, target, s)
    of_row = np.asarray(weights, float)[y[:, 0].astype(int)] if len(weights) else np.ones(len(out))
    count = of_row.sum() * (outputs if per_output(name) else 1)
    gradient = of_row[:, None] * gradient
    return of_row @ values / count, gradient / count if reduction == "mean" else gradient


def per_output(name):
    return name in ("binary_cross_entropy", "mse", "msle", "mae", "huber", "log_cosh")


def _cross_entropy_logits(out, target, s):
    log_p = out - out.max() - np.log(np.exp(out - out.max()).sum())
    return -(target * log_p).sum(), target.sum() * np.exp(log_p) - target


def _cross_entropy_probabilities(out, target, s):
    norm = out.sum()
    p = out / norm
    clipped = np.clip(p, CLIP, 1 - CLIP)
    by_p = np.where(p == clipped, -target / clipped, 0.0)
    jacobian = np.eye(len(out)) / norm - np.outer(out, np.ones(len(out))) / norm**2  # d p_i/d out_j
    return -(target * np.log(clipped)).sum(), by_p @ jacobian


def _entropy(target):
    some = target[target > 0]
    return -(some * np.log(some)).sum()


def _divergence(cross_entropy):
    def row_loss(out, target, s):
        value, gradient = cross_entropy(out, target, s)
        return value - _entropy(target), gradient

    return row_loss


def _binary_logits(out, target, s):
    value = (np.logaddexp(0, out) - out * target).sum()
    return value, 1 / (1 + np.exp(-out)) - target


def _binary_probabilities(out, target, s):
    p = np.clip(out, CLIP, 1 - CLIP)
    value = -(target * np.log(p) + (1 - target) * np.log(1 - p)).sum()
    return value, np.where(p == out, -target / p + (1 - target) / (1 - p), 0.0)


def _mse(out, target, s):
    return ((out - target) ** 2).sum(), 2 * (out - target)


def _msle(out, target, s):
    gap = np.log(1 + np.maximum(out, CLIP)) - np.log(1 + np.maximum(target, CLIP))
    return (gap**2).sum(), np.where(out < CLIP, 0.0, 2 * gap / (1 + out))


def _mae(out, target, s):
    return np.abs(out - target).sum(), np.sign(out - target)


def _huber(out, target, s):
    gap = out - target
    value = np.where(np.abs(gap) <= s, gap**2 / 2, s * (np.abs(gap) - s / 2)).sum()
    return value, np.clip(gap, -s, s)


def _log_cosh(out, target, s):
    gap = out - target
    return (np.logaddexp(gap, -gap) - np.log(2)).sum(), np.tanh(gap)


def _hinge_classes(out, right, s):  # Weston & Watkins
    value, gradient = 0.0, np.zeros_like(out)
    for j in range(len(out)):
        margin = out[j] - out[right] + 1
        if j != right and margin > 0:
            value += margin
            gradient[j] += 1
            gradient[right] -= 1
    return value, gradient


def _hinge_labels(out, target, s):
    sign = np.where(target > 0, 1.0, -1.0)
    margin = 1 - sign * out
    return np.maximum(margin, 0).mean(), np.where(margin > 0, -sign, 0.0) / len(out)


ROW_LOSSES = {
    ("cross_entropy", True): _cross_entropy_logits,
    ("cross_entropy", False): _cross_entropy_probabilities,
    ("kl_divergence", True): _divergence(_cross_entropy_logits),
    ("kl_divergence", False): _divergence(_cross_entropy_probabilities),
    ("binary_cross_entropy", True): _binary_logits,
    ("binary_cross_entropy", False): _binary_probabilities,
    ("mse", True): _mse,
    ("msle", True): _msle,
    ("mae", True): _mae,
    ("huber", True): _huber,
    ("log_cosh", True): _log_cosh,
    ("hinge", True): _hinge_labels,
}
