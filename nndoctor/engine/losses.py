"""Losses: value and gradient at what the last layer puts out, and the table of them.

`value_and_gradient(out, y, grad, scale, total)` adds the summed loss of the rows to total[0]
and writes grad <- scale * d(sum)/d(out). out, grad: [B, K]. y: [B, K], or class numbers [B, 1]
where K > 1, which every loss reads as one-hot rows.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from . import elementary

LOGS = 16  # logarithms taken at once: C^16 stays finite in float64 up to 1e19 classes
CLIP = 1e-7  # probabilities are kept within [CLIP, 1 - CLIP], as Keras does


@dataclass(frozen=True)
class Loss:
    """One loss; `per_output`: its mean is over rows and outputs, not over rows alone."""

    name: str
    from_logits: bool
    value_and_gradient: Callable[..., None]
    per_output: bool
    source: str


def _cross_entropy_logits(out, y, grad, scale, total):
    rows, classes = out.shape
    numbered = y.shape[1] == 1 and classes > 1
    zero, one = out.dtype.type(0), out.dtype.type(1)
    summed = 0.0
    for i in range(rows):
        top = out[i].max()
        for j in range(classes):
            grad[i, j] = out[i, j] - top
        if numbered:
            summed -= grad[i, int(y[i, 0])]
        else:
            for j in range(classes):
                summed -= y[i, j] * grad[i, j]
    flat = grad.reshape(grad.size)
    for k in range(flat.size):  # all rows in one loop, or few classes would not fill a vector
        flat[k] = elementary.exp(flat[k])
    norms = 1.0
    for i in range(rows):
        norm, mass = zero, one if numbered else zero
        for j in range(classes):
            norm += grad[i, j]
            mass += zero if numbered else y[i, j]
        if numbered:
            norms *= norm  # the logarithm of a product of LOGS norms, each from 1 to C
            if (i + 1) % LOGS == 0:
                summed += np.log(norms)
                norms = 1.0
        else:
            summed += mass * np.log(float(norm))
        for j in range(classes):
            grad[i, j] *= scale * mass / norm
            grad[i, j] -= zero if numbered else scale * y[i, j]
        if numbered:
            grad[i, int(y[i, 0])] -= scale
    total[0] += summed + np.log(norms)


def _cross_entropy_probabilities(out, y, grad, scale, total):
    rows, classes = out.shape
    numbered = y.shape[1] == 1 and classes > 1
    low = out.dtype.type(CLIP)
    high = out.dtype.type(1) - low
    summed = 0.0
    for i in range(rows):
        norm = out[i].sum()
        inner = out.dtype.type(0)
        for j in range(classes):
            target = y.dtype.type(j == int(y[i, 0])) if numbered else y[i, j]
            p = out[i, j] / norm
            inside = p >= low and p <= high  # a clipped value passes no gradient
            p_clipped = low if p < low else (high if p > high else p)
            if target != 0 or p != p:  # NaN is seen whatever the target
                summed -= target * np.log(p_clipped)
            grad[i, j] = -target / p_clipped if inside else out.dtype.type(0)
            inner += grad[i, j] * p
        for j in range(classes):
            grad[i, j] = scale * (grad[i, j] - inner) / norm
    total[0] += summed


def _binary_logits(out, y, grad, scale, total):
    rows, outputs = out.shape
    numbered = y.shape[1] == 1 and outputs > 1
    zero, one = out.dtype.type(0), out.dtype.type(1)
    summed = 0.0
    for i in range(rows):
        for j in range(outputs):
            target = y.dtype.type(j == int(y[i, 0])) if numbered else y[i, j]
            v = out[i, j]
            e = elementary.exp(v if v < zero else -v)  # exp(-|v|), and NaN stays NaN
            summed += (zero if v < zero else v) - v * target + np.log1p(e)
            p = e / (one + e) if v < zero else one / (one + e)
            grad[i, j] = scale * (p - target)
    total[0] += summed


def _binary_probabilities(out, y, grad, scale, total):
    rows, outputs = out.shape
    numbered = y.shape[1] == 1 and outputs > 1
    low = out.dtype.type(CLIP)
    one = out.dtype.type(1)
    high = one - low
    summed = 0.0
    for i in range(rows):
        for j in range(outputs):
            target = y.dtype.type(j == int(y[i, 0])) if numbered else y[i, j]
            p = out[i, j]
            inside = p >= low and p <= high
            p = low if p < low else (high if p > high else p)
            summed -= target * np.log(p) + (one - target) * np.log(one - p)
            slope = (p - target) / (p * (one - p))
            grad[i, j] = scale * slope if inside else out.dtype.type(0)
    total[0] += summed


def _mse(out, y, grad, scale, total):
    rows, outputs = out.shape
    numbered = y.shape[1] == 1 and outputs > 1
    two = out.dtype.type(2)
    summed = 0.0
    for i in range(rows):
        for j in range(outputs):
            target = y.dtype.type(j == int(y[i, 0])) if numbered else y[i, j]
            gap = out[i, j] - target
            summed += gap * gap
            grad[i, j] = scale * two * gap
    total[0] += summed


def _mae(out, y, grad, scale, total):
    rows, outputs = out.shape
    numbered = y.shape[1] == 1 and outputs > 1
    summed = 0.0
    for i in range(rows):
        for j in range(outputs):
            target = y.dtype.type(j == int(y[i, 0])) if numbered else y[i, j]
            gap = out[i, j] - target
            summed += abs(gap)
            grad[i, j] = scale * np.sign(gap)
    total[0] += summed


def _hinge(out, y, grad, scale, total):
    rows, outputs = out.shape
    numbered = y.shape[1] == 1 and outputs > 1
    zero, one = out.dtype.type(0), out.dtype.type(1)
    summed = 0.0
    for i in range(rows):
        if numbered:
            c = int(y[i, 0])
            pushed = zero
            for j in range(outputs):
                margin = out[i, j] - out[i, c] + one
                on = j != c and not margin <= zero
                summed += margin if on else zero
                grad[i, j] = scale if on else zero
                pushed += one if on else zero
            grad[i, c] = -scale * pushed
        else:
            for j in range(outputs):
                sign = one if y[i, j] > zero else -one
                margin = one - sign * out[i, j]
                on = not margin <= zero
                summed += (margin if on else zero) / outputs
                grad[i, j] = -scale * sign / outputs if on else zero
    total[0] += summed


_SHANNON = "Shannon 1948; in this form Bishop 2006, section 4.3"

LOSSES = {
    (unit.name, unit.from_logits): unit
    for unit in (
        Loss("cross_entropy", True, _cross_entropy_logits, False, _SHANNON),
        Loss("cross_entropy", False, _cross_entropy_probabilities, False, _SHANNON),
        Loss("binary_cross_entropy", True, _binary_logits, True, _SHANNON),
        Loss("binary_cross_entropy", False, _binary_probabilities, True, _SHANNON),
        Loss("mse", True, _mse, True, "Legendre 1805; mean over rows and outputs, as PyTorch's"),
        Loss("mae", True, _mae, True, "Boscovich 1757; mean over rows and outputs, as PyTorch's"),
        Loss(
            "hinge",
            True,
            _hinge,
            False,
            "several classes: Weston & Watkins 1999, summed over classes as CS231n does (PyTorch's "
            "MultiMarginLoss divides by C); one output or several labels: Cortes & Vapnik 1995, "
            "with 0 read as -1",
        ),
    )
}


def find(name: str, from_logits: bool) -> Loss:
    """The loss of this name; `from_logits` decides only where there are two forms."""
    return LOSSES.get((name, from_logits)) or LOSSES[name, True]
