"""ND310: is the untrained network undecided, as it should be?"""

from dataclasses import dataclass

import numpy as np

from ...findings import Finding, Status, Table
from ...scores import probabilities
from ...trainable import Array, Batch, Task, Trainable
from ..check import Check

SLACK = 1e-3  # by which rounding takes probabilities out of 0 to 1


@dataclass(frozen=True)
class Opinion:
    """What the untrained network says, as means over rows and seeds; entropies in nats.

    `rows`: the entropy of single rows; `mean`: that of the mean prediction; `top`: the largest
    probability of a row. `most` is the entropy of knowing nothing: the lesser of equal classes and
    of their shares in the data.
    """

    top: float
    rows: float
    mean: float
    most: float
    choices: int


@dataclass(frozen=True)
class Undecided(Check):
    """## What it does
    Looks at the probabilities of the untrained network: the entropy of single rows, that of the
    mean prediction and the largest probability, over several seeds. All outcomes should be about
    equally likely, or as likely as they are in the data.

    ## Why it matters
    A network that is confident before it has learned anything is confidently wrong, and spends its
    first epochs unlearning that. Probabilities of 0 and 1 hardly pass a gradient on.

    ## What to do
    Confident of different classes for different rows: smaller weights of the last layer,
    standardised inputs. Confident of one class for all: the bias of the last layer, or inputs far
    from zero. Always 1: a softmax needs one unit per class.

    ## Source
    Karpathy 2019, A Recipe for Training Neural Networks, "verify loss at init". Outputs of
    variance 2, the most that sound weights give (checks/measures/chance_loss.py), leave 0.66 to
    0.80 of the entropy for 2 to 100 classes; three times that spread leaves 0.29, ten times 0.1 or
    less.
    """

    code: str = "ND310"
    name: str = "first-probabilities"

    low: float = 0.3  # of the entropy of knowing nothing; outputs three times too far apart
    sure: float = 0.1  # ten times too far apart
    seeds: int = 5

    def measure(self, setup: Trainable, batch: Batch, seed: int = 0) -> Opinion | str:
        """The opinion of the mean seed, or why there are no probabilities."""
        task = setup.task
        if task.loss not in ("cross_entropy", "binary_cross_entropy", "kl_divergence"):
            return f"outputs under {task.loss} are no probabilities"
        told = []
        for start in range(seed, seed + self.seeds):
            p = _outcomes(task, setup.fresh(start).outputs(batch))
            if (np.abs(p - 0.5) > 0.5 + SLACK).any():
                return "the outputs are no probabilities: they leave 0 to 1"
            told.append(
                (p.max(axis=-1).mean(), _entropy(p).mean(), _entropy(p.mean(axis=0)).mean())
            )
        top, rows, mean = np.mean(told, axis=0).tolist()
        choices = max(p.shape[-1], 2)  # a softmax over one unit stands for two
        most = min(float(np.log(choices)), _of_shares(task, batch.y))
        return Opinion(top, rows, mean, most, choices)

    def judge(self, seen: Opinion | str) -> Finding:
        """By the entropy of single rows; the mean prediction says what kind of sureness it is."""
        if isinstance(seen, str):
            return self.skip(seen)
        if not seen.most > 0:
            return self.skip("there is only one class")
        if not np.isfinite(seen.rows):
            return self.finding(
                Status.ERROR,
                "the outputs are not finite",
                measured=seen.rows,
                expected=seen.most,
                threshold="finite probabilities",
                advice="scale inputs and weights down",
            )
        share = seen.rows / seen.most
        status = Status.ERROR
        if share >= self.low:
            status = Status.OK
        elif share >= self.sure:
            status = Status.WARNING
        fine, one_class = status is Status.OK, seen.mean < self.low * seen.most
        said = f"{share:.0%} of the highest entropy, largest probability {seen.top:.2g}"
        sure = "confident of one outcome for all rows" if one_class else "confident before training"
        rows = (
            ("largest probability of a row", seen.top, 1 / seen.choices),
            ("entropy of a row", seen.rows, seen.most),
            ("entropy of the mean prediction", seen.mean, seen.most),
        )
        heads = ("mean over rows and seeds", "measured", "knowing nothing")
        return self.finding(
            status,
            f"undecided: {said}" if fine else f"{sure}: {said}",
            measured=share,
            expected=1.0,
            threshold=f"from {self.low:g} of the highest entropy, an error below {self.sure:g}",
            source="outputs three and ten times as far apart as sound weights give",
            suggests=() if fine else ("init_too_large", "input_not_normalised"),
            advice="" if fine else _advice(one_class),
            evidence=() if fine else (Table("first probabilities", heads, rows),),
        )


def _advice(one_class: bool) -> str:
    if one_class:
        told = "look at the last layer's bias and at inputs far from zero"
        return f"{told}; a softmax needs one unit per class"
    return "smaller weights in the last layer (output_init), standardised inputs"


def _outcomes(task: Task, outputs: Array) -> Array:
    """The probability of each outcome [B, K], or [B, K, 2] where outputs stand for themselves."""
    with np.errstate(invalid="ignore"):
        p = np.asarray(probabilities(task, outputs), np.float64)
        if task.loss == "binary_cross_entropy":
            return np.stack([1 - p, p], axis=-1)
        p = p.reshape(-1, p.shape[1] // task.places)
        return p if task.from_logits else p / p.sum(axis=1, keepdims=True)


def _entropy(p: Array) -> Array:
    """Over the last axis; NaN stays."""
    return np.asarray(-(p * np.log(np.maximum(p, 1e-300))).sum(axis=-1))


def _of_shares(task: Task, y: Array) -> float:
    """The entropy of the outcomes' shares in the data, the mean over outputs for themselves."""
    targets = y.astype(np.float64)
    if task.encoding == "class" and task.outputs > 1:
        targets = np.asarray(y.reshape(-1, 1) == np.arange(task.outputs), np.float64)
    shares = np.clip(targets.mean(axis=0), 0, 1)
    if task.loss == "binary_cross_entropy":
        return float(_entropy(np.stack([1 - shares, shares], axis=-1)).mean())
    if task.outputs == 1:  # a softmax over one unit
        shares = np.unique(y, return_counts=True)[1] / len(y)
    return float(_entropy(shares))
