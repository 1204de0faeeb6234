"""Losses: value and gradient at what the last layer puts out, and the table of them.

`value_and_gradient(out, y, grad, values, s)` writes each row's loss and its gradient by out; mean,
sum and the weights of rows come afterwards (`objective`). out, grad: [B, K]; values: [B]; s: the
settings. y: [B, K], or class numbers [B, 1] where K > 1, which every loss reads as one-hot rows.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .elementary import exp, like, log, log1p, tanh
from .jit import inlined

ZERO, HALF, ONE, TWO = map(np.float32, (0, 0.5, 1, 2))  # exact in both precisions
CLIP = 1e-7  # probabilities are kept within [CLIP, 1 - CLIP], as Keras does


@dataclass(frozen=True)
class Loss:
    """One loss; `per_output`: its mean is over rows and outputs, not over rows alone."""

    name: str
    from_logits: bool
    value_and_gradient: Callable[..., None]
    per_output: bool
    source: str
    settings: tuple[tuple[str, float], ...] = ()

    @property
    def formula(self) -> str:
        """The loss of a row, or of one output, in one line."""
        return str(self.value_and_gradient.__doc__).removesuffix(".")


def _cross_entropy_logits(out, y, grad, values, s):
    """-sum_j y_j ln p_j with p = softmax(o)."""
    rows, classes = out.shape
    numbered = y.shape[1] == 1 and classes > 1
    norms, masses = np.empty_like(values), np.ones_like(values)
    for i in range(rows):
        top = out[i, 0]
        for j in range(1, classes):
            top = out[i, j] if out[i, j] > top else top
        for j in range(classes):
            grad[i, j] = out[i, j] - top
        if numbered:
            values[i] = -grad[i, int(y[i, 0])]
        else:
            value, mass = ZERO * top, ZERO * top
            for j in range(classes):
                value -= y[i, j] * grad[i, j]
                mass += y[i, j]
            values[i], masses[i] = value, mass
    flat = grad.reshape(grad.size)
    for k in range(flat.size):  # all rows in one loop, or few classes would not fill a vector
        flat[k] = exp(flat[k])
    for i in range(rows):
        norm = grad[i, 0]
        for j in range(1, classes):
            norm += grad[i, j]
        norms[i] = norm
        share = masses[i] / norm
        for j in range(classes):
            grad[i, j] *= share
        if numbered:
            grad[i, int(y[i, 0])] -= ONE
        else:
            for j in range(classes):
                grad[i, j] -= y[i, j]
    for i in range(rows):
        values[i] += masses[i] * log(norms[i])


def _cross_entropy_probabilities(out, y, grad, values, s):
    """-sum_j y_j ln p_j with p = o / sum(o), within 1e-7 and 1 - 1e-7."""
    rows, classes = out.shape
    numbered = y.shape[1] == 1 and classes > 1
    low = like(out[0, 0], CLIP)
    high = ONE - low
    for i in range(rows):
        norm = out[i].sum()
        inner = ZERO * norm
        values[i] = ZERO
        for j in range(classes):
            target = y.dtype.type(j == int(y[i, 0])) if numbered else y[i, j]
            p = out[i, j] / norm
            inside = p >= low and p <= high  # a clipped value passes no gradient
            p_clipped = low if p < low else (high if p > high else p)
            if target != ZERO or p != p:  # NaN is seen whatever the target
                values[i] -= target * np.log(p_clipped)
            grad[i, j] = -target / p_clipped if inside else ZERO
            inner += grad[i, j] * p
        for j in range(classes):
            grad[i, j] = (grad[i, j] - inner) / norm


def _divergence(cross_entropy):
    """The cross-entropy less the entropy of the targets."""
    inner = inlined(cross_entropy)

    def value_and_gradient(out, y, grad, values, s):
        inner(out, y, grad, values, s)
        if y.shape[1] == out.shape[1]:  # class numbers have no entropy
            for i in range(y.shape[0]):
                for j in range(y.shape[1]):
                    if y[i, j] > ZERO:
                        values[i] += y[i, j] * np.log(y[i, j])

    value_and_gradient.__doc__ = f"{cross_entropy.__doc__[:-1]}, and + sum_j y_j ln y_j."
    return value_and_gradient


def _each_output(value, slope):
    """The kernel of a loss that is a sum over outputs of value(o, t, s), with slope(o, t, s)."""
    value, slope = inlined(value), inlined(slope)

    def value_and_gradient(out, y, grad, values, s):
        rows, outputs = out.shape
        numbered = y.shape[1] == 1 and outputs > 1
        for i in range(rows):
            summed = ZERO * s[0]
            for j in range(outputs):
                target = y.dtype.type(j == int(y[i, 0])) if numbered else y[i, j]
                summed += value(out[i, j], target, s[0])
                grad[i, j] = slope(out[i, j], target, s[0])
            values[i] = summed

    value_and_gradient.__doc__ = value.__doc__
    return value_and_gradient


def _binary_logits(o, t, s):
    """-y ln p - (1 - y) ln(1 - p) with p = 1 / (1 + e^-o)."""
    return (ZERO * o if o < ZERO else o) - o * t + log1p(exp(-abs(o)))


def _binary_logits_slope(o, t, s):
    return ONE / (ONE + exp(-o)) - t


def _binary_probabilities(o, t, s):
    """-y ln p - (1 - y) ln(1 - p), p within 1e-7 and 1 - 1e-7."""
    low = like(o, CLIP)
    p = low if o < low else (ONE - low if o > ONE - low else o)
    return -(t * np.log(p) + (ONE - t) * np.log(ONE - p))


def _binary_probabilities_slope(o, t, s):  # a clipped value passes no gradient
    inside = o >= like(o, CLIP) and o <= ONE - like(o, CLIP)
    return (o - t) / (o * (ONE - o)) if inside else ZERO * t


def _mse(o, t, s):
    """(o - y)^2."""
    return (o - t) * (o - t)


def _mse_slope(o, t, s):
    return TWO * (o - t)


def _msle(o, t, s):  # NaN is below no number, and stays NaN
    """(ln(1 + max(o, 1e-7)) - ln(1 + max(y, 1e-7)))^2."""
    low = like(o, CLIP)
    gap = log(ONE + (low if o < low else o)) - log(ONE + (low if t < low else t))
    return gap * gap


def _msle_slope(o, t, s):  # a clipped output passes no gradient
    low = like(o, CLIP)
    gap = log(ONE + (low if o < low else o)) - log(ONE + (low if t < low else t))
    return ZERO * o if o < low else TWO * gap / (ONE + o)


def _mae(o, t, s):
    """|o - y|."""
    return abs(o - t)


def _mae_slope(o, t, s):
    return np.sign(o - t)


def _huber(o, t, s):
    """(o - y)^2 / 2, or delta (|o - y| - delta / 2) beyond delta."""
    gap = abs(o - t)
    return HALF * gap * gap if gap <= s else s * (gap - HALF * s)


def _huber_slope(o, t, s):
    gap = o - t
    return s if gap > s else (-s if gap < -s else gap)


def _log_cosh(o, t, s):  # in two forms, for all digits near 0 and no overflow far out
    """ln cosh(o - y)."""
    gap = abs(o - t)
    h = tanh(HALF * gap)
    near = log1p(TWO * h * h / (ONE - h * h) if gap < ONE else ONE)
    return near if gap < ONE else gap + log1p(exp(-TWO * gap)) - like(gap, LN2)


def _log_cosh_slope(o, t, s):
    return tanh(o - t)


def _hinge(out, y, grad, values, s):
    """sum_j max(0, o_j - o_right + 1) over the wrong classes; max(0, 1 - y o) for labels."""
    rows, outputs = out.shape
    numbered = y.shape[1] == 1 and outputs > 1
    for i in range(rows):
        values[i] = ZERO
        if numbered:
            c = int(y[i, 0])
            pushed = ZERO
            for j in range(outputs):
                margin = out[i, j] - out[i, c] + ONE
                on = j != c and not margin <= ZERO
                values[i] += margin if on else ZERO
                grad[i, j] = ONE if on else ZERO
                pushed += ONE if on else ZERO
            grad[i, c] = -pushed
        else:
            for j in range(outputs):
                sign = ONE if y[i, j] > ZERO else -ONE
                margin = ONE - sign * out[i, j]
                on = not margin <= ZERO
                values[i] += (margin if on else ZERO) / outputs
                grad[i, j] = -sign / outputs if on else ZERO


LN2 = 0.6931471805599453
_SHANNON = "Shannon 1948; in this form Bishop 2006, section 4.3"
_KULLBACK = "Kullback & Leibler 1951; PyTorch's KLDivLoss with batchmean, of log-softmax outputs"
_MEAN = "; mean over rows and outputs, as PyTorch's"

_TABLE = (
    Loss("cross_entropy", True, _cross_entropy_logits, False, _SHANNON),
    Loss("cross_entropy", False, _cross_entropy_probabilities, False, _SHANNON),
    Loss("kl_divergence", True, _divergence(_cross_entropy_logits), False, _KULLBACK),
    Loss("kl_divergence", False, _divergence(_cross_entropy_probabilities), False, _KULLBACK),
    Loss(
        "binary_cross_entropy", True, _each_output(_binary_logits, _binary_logits_slope), True,
        _SHANNON + _MEAN,
    ),
    Loss(
        "binary_cross_entropy", False,
        _each_output(_binary_probabilities, _binary_probabilities_slope), True, _SHANNON + _MEAN,
    ),
    Loss("mse", True, _each_output(_mse, _mse_slope), True, "Legendre 1805" + _MEAN),
    Loss(
        "msle", True, _each_output(_msle, _msle_slope), True,
        "Keras' MeanSquaredLogarithmicError, with its clip" + _MEAN,
    ),
    Loss("mae", True, _each_output(_mae, _mae_slope), True, "Boscovich 1757" + _MEAN),
    Loss(
        "huber", True, _each_output(_huber, _huber_slope), True,
        "Huber 1964, with its factor 1/2" + _MEAN, settings=(("delta", 1.0),),
    ),
    Loss(
        "log_cosh", True, _each_output(_log_cosh, _log_cosh_slope), True,
        "Green 1990, after Keras" + _MEAN,
    ),
    Loss(
        "hinge", True, _hinge, False,
        "several classes: Weston & Watkins 1999, summed over classes as CS231n does (PyTorch's "
        "MultiMarginLoss divides by C); one output or several labels: Cortes & Vapnik 1995, "
        "with 0 read as -1",
    ),
)  # fmt: skip
LOSSES = {(unit.name, unit.from_logits): unit for unit in _TABLE}


def find(name: str, from_logits: bool) -> Loss:
    """The loss of this name; `from_logits` decides only where there are two forms."""
    return LOSSES.get((name, from_logits)) or LOSSES[name, True]
