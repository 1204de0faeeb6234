"""What a network that knows nothing should lose: the levels that ND301 compares with."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ...trainable import Array, Task

# What an output of variance 2, the most that Glorot's or He's scale puts out, costs above the
# loss of a constant, from the expectation over a normal output z of that variance:
#   cross-entropy  E[log-sum-exp] - ln C <= Var/2 = 1 (Jensen)
#   binary         E[softplus(z)] - ln 2 <= Var/8 = 0.25 (the curvature of softplus is at most 1/4)
#   mse            Var = 2;   mae   E|z| = sqrt(2 * 2 / pi) = 1.13
#   msle           E[ln(1 + max(z, 0))^2] = 0.31, by quadrature; nothing is above a target of 0
#   huber          and log_cosh: at most half the square, Var/2 = 1
#   hinge          E[max(0, 1 + z - z')] - 1 = 0.40 for each other class (z - z' has variance 4),
#                  E[max(0, 1 + z)] - 1 = 0.20 for a single margin
SOUND_VARIANCE = 2.0
Distance = Callable[[Array, float], Array]  # of gaps, and huber's delta
Centre = Callable[[Array, float], Array]
NEUTRAL = {"sigmoid": 0.5, "hard_sigmoid": 0.5, "exponential": 1.0}


@dataclass(frozen=True)
class Level:
    """One way of knowing nothing, and the mean loss it gives."""

    name: str
    formula: str
    loss: float


@dataclass(frozen=True)
class Chance:
    """The levels, the one to expect of an untrained network first; `excess` is what sound
    initial weights may cost on top."""

    levels: tuple[Level, ...]
    excess: float


def _entropy(p: Array) -> Array:
    inner = np.clip(p, 1e-300, 1.0)
    return np.asarray(-p * np.log(inner))


def _targets(task: Task, y: Array) -> Array:
    """The targets as the loss reads them [B, K]: class numbers become one-hot rows."""
    if task.encoding == "class" and task.outputs > 1:
        return np.asarray(y.reshape(-1, 1) == np.arange(task.outputs), np.float64)
    return y.astype(np.float64)


def _cross_entropy(task: Task, y: Array) -> Chance:
    classes = max(task.outputs, len(task.labels))
    uniform = Level("all classes equal", f"ln {classes}", float(np.log(classes)))
    rows = y.reshape(-1, 1) if task.places > 1 else y
    shares = np.unique(rows, axis=0, return_counts=True)[1] / len(rows)
    if task.encoding == "numeric" and task.outputs > 1:
        shares = y.mean(axis=0)  # rows of probabilities
    prior = Level("class shares", "entropy of the shares", float(_entropy(shares).sum()))
    return Chance((uniform, prior), 1.0)


def _divergence(task: Task, y: Array) -> Chance:
    """The cross-entropy less what the targets themselves leave open: 0 for classes."""
    known = _cross_entropy(task, y)
    if task.encoding == "class":
        return known
    open_ = float(_entropy(y.astype(np.float64)).sum(axis=1).mean())
    levels = tuple(
        Level(one.name, f"{one.formula} less that of the rows", one.loss - open_)
        for one in known.levels
    )
    return Chance(levels, known.excess)


def _binary(task: Task, y: Array) -> Chance:
    targets = _targets(task, y)
    level = Level("undecided", "ln 2 per output", float(np.log(2)))
    if targets.min() < 0 or targets.max() > 1:
        return Chance((level,), 0.25)  # no share, so no entropy
    share = targets.mean(axis=0)
    entropy = float((_entropy(share) + _entropy(1 - share)).mean())
    return Chance((level, Level("label shares", "entropy of the shares", entropy)), 0.25)


def _huber(gap: Array, delta: float) -> Array:
    size = np.abs(gap)
    return np.asarray(np.where(size <= delta, gap**2 / 2, delta * (size - delta / 2)))


def _log_cosh(gap: Array, delta: float) -> Array:
    size = np.abs(gap)
    return np.asarray(size + np.log1p(np.exp(-2 * size)) - np.log(2))


def _between(distance: Distance) -> Centre:
    """The constant that loses least, column by column: between the least and the largest."""

    def centre(y: Array, delta: float) -> Array:
        from scipy.optimize import minimize_scalar  # 40 ms, and few losses need it

        def least(column: Array) -> float:
            ends = float(column.min()), float(column.max())
            if ends[0] == ends[1]:
                return ends[0]
            told = minimize_scalar(
                lambda at: float(distance(column - at, delta).mean()), bounds=ends, method="bounded"
            )
            return float(told.x)

        return np.array([least(column) for column in y.T])

    return centre


def _regression(
    distance: Distance, centre: Centre, name: str, excess: float
) -> Callable[[Task, Array], Chance]:
    def levels(task: Task, y: Array) -> Chance:
        targets = _targets(task, y)
        neutral = NEUTRAL.get(task.output_activation, 0.0)
        if task.output_activation == "softmax":
            neutral = 1.0 / task.outputs
        constant = Level(
            f"predicting {neutral:.3g}",
            f"what {task.output_activation} gives for 0",
            float(distance(targets - neutral, task.delta).mean()),
        )
        best = float(distance(targets - centre(targets, task.delta), task.delta).mean())
        return Chance((constant, Level(f"predicting the {name}", "best constant", best)), excess)

    return levels


def _log_squares(task: Task, y: Array) -> Chance:
    """Between logarithms, of which no target below 0 has one."""
    logs = np.log1p(np.maximum(_targets(task, y), 0.0))
    neutral = NEUTRAL.get(task.output_activation, 0.0)
    constant = Level(
        f"predicting {neutral:.3g}",
        f"what {task.output_activation} gives for 0",
        float(((logs - np.log1p(neutral)) ** 2).mean()),
    )
    best = Level("the mean of the logarithms", "best constant", float(logs.var(axis=0).mean()))
    return Chance((constant, best), 0.31)


def _hinge(task: Task, y: Array) -> Chance:
    several = task.encoding == "class" and task.outputs > 1
    others = task.outputs - 1 if several else 1
    formula = "C - 1" if several else "1 per output"
    excess = 0.4 * others if several else 0.2
    return Chance((Level("all scores equal", formula, float(others)),), excess)


LEVELS: dict[str, Callable[[Task, Array], Chance]] = {
    "cross_entropy": _cross_entropy,
    "binary_cross_entropy": _binary,
    "kl_divergence": _divergence,
    "mse": _regression(
        lambda gap, _: gap**2, lambda y, _: y.mean(axis=0), "mean", SOUND_VARIANCE
    ),
    "msle": _log_squares,
    "mae": _regression(
        lambda gap, _: np.abs(gap), lambda y, _: np.median(y, axis=0), "median",
        float(np.sqrt(2 * SOUND_VARIANCE / np.pi)),
    ),
    "huber": _regression(_huber, _between(_huber), "best constant", SOUND_VARIANCE / 2),
    "log_cosh": _regression(_log_cosh, _between(_log_cosh), "best constant", SOUND_VARIANCE / 2),
    "hinge": _hinge,
}  # fmt: skip


def chance(task: Task, y: Array) -> Chance:
    """The levels for a task whose targets are y [B, T]; none for a loss that is not known here."""
    known = LEVELS.get(task.loss)
    return Chance((), 0.0) if known is None else known(task, y)


def constant_loss(task: Task, y: Array) -> float:
    """What the best constant answer loses on y [B, T]; NaN for a loss that is not known here."""
    return min((level.loss for level in chance(task, y).levels), default=np.nan)
