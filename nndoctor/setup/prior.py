"""The biases of the last layer under which an untrained network answers as often as is right."""

from collections.abc import Callable, Sequence

import numpy as np

from ..errors import RecipeError
from ..recipe import Layer
from ..trainable import Array, Task


def _log_odds(share: Array) -> Array:
    return np.asarray(np.log(share / (1 - share)))


INVERSES: dict[str, Callable[[Array], Array]] = {
    "linear": np.asarray,
    "sigmoid": _log_odds,
    "softmax": np.log,
    "exponential": np.log,
}


def prior_bias(
    task: Task, output: Layer, y: Array, weights: Sequence[float] = ()
) -> tuple[float, ...]:
    """One number an output: log of class shares, log-odds, or mean (mae: median) of the target.

    y [N, T] are the targets of the training rows; under class weights each row counts by its own.
    A class that no row has counts as half a row. Karpathy 2019, A Recipe for Training Neural
    Networks: "init well"; Lin et al. 2017, arXiv:1708.02002, section 4.1, for the log-odds.
    """
    if not output.bias:
        raise _refused("the last layer has no bias", "bias = true")
    rows = np.asarray(weights)[y[:, 0].astype(np.int64)] if weights else np.ones(len(y))
    targets = y.astype(np.float64)
    if task.encoding == "class" and task.outputs > 1:
        targets = np.asarray(y[:, :1] == np.arange(task.outputs), np.float64)
    centre = np.average(targets, axis=0, weights=rows)
    if task.loss in ("cross_entropy", "kl_divergence", "binary_cross_entropy"):
        centre = np.clip(centre, 0.5 / len(y), 1 - 0.5 / len(y))
        link = "sigmoid" if task.loss == "binary_cross_entropy" else "softmax"
        inverse = link if task.from_logits else output.activation.name
        if task.from_logits and output.activation.name != "linear":
            raise _refused(f"the outputs are {output.activation.name}", "a linear output")
    elif task.loss == "hinge":
        raise _refused("the hinge loss knows margins, not shares", "a cross-entropy")
    else:
        centre = np.median(targets, axis=0) if task.loss == "mae" else centre
        inverse = output.activation.name
    if inverse not in INVERSES:
        raise _refused(f"the outputs are {inverse}", f"one of {', '.join(INVERSES)}")
    with np.errstate(all="ignore"):
        bias = INVERSES[inverse](centre)
    if not np.isfinite(bias).all():
        raise _refused(f"{inverse} can't reach {centre.tolist()}", "a linear output")
    return tuple(float(value) for value in bias)


def _refused(why: str, needed: str) -> RecipeError:
    return RecipeError(f"bias_init = 'prior': {why}", f"it needs {needed}, or leave it out")
