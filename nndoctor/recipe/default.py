"""The recipe to start from: two hidden layers, Adam, standardised inputs, with its reasons.

What depends on the size of the table was chosen on public tables of 100 to 10000 rows and on laws
with fresh rows, beside scikit-learn's network (benchmarks/tables.py and laws.py).
"""

import json
import math
from typing import Any

from .data_table import Task

Line = tuple[str, Any, str]  # key, value, the reason for it; None as value: left out

# About so many updates bring Adam at 1e-3 from its start to a good fit, however few the rows.
_UPDATES = 2000
_FEWEST_EPOCHS, _MOST_EPOCHS = 20, 500
# The penalty joins the mean loss of a row, so its share falls with the rows: it weighs as much as
# three of them. Without one, so many updates overfit every fourth small table. Squared errors of a
# noisy number take twice as much.
_PENALTY_ROWS, _STRONGEST = 3.0, 0.01
_OF_NUMBERS = 2.0
_BATCH, _LONGEST_EPOCH = 32, 1000  # rows an update; updates an epoch, above which batches grow

_LOSSES: dict[Task | None, list[Line]] = {
    None: [],
    "classification": [("name", "cross_entropy", "takes logits: the output layer stays linear")],
    "multilabel": [("name", "binary_cross_entropy", "takes logits: one yes or no per output")],
    "regression": [("name", "mse", "mae is the choice where outliers should count less")],
}


def default_recipe(
    data: str,
    target: str | tuple[str, ...] | None = None,
    task: Task | None = None,
    *,
    title: str = "",
    validation: float | str = 0.2,
    rows: int = 1000,
    unlabelled: bool = False,
) -> str:
    """Commented TOML text for a table of so many rows; paths are relative to where it is saved.

    Without a task, task and loss are left out and guessed from the data. `unlabelled`: rows
    without a target are there, and left out.
    """
    held = validation if isinstance(validation, float) else 0.0
    trained = max(round(rows * (1 - held)), 1)
    batch = _batch(trained)
    standardized = "standardize" if task == "regression" else None
    tables: dict[str, list[Line]] = {
        "data": [
            ("path", data, ""),
            ("target", target, ""),
            ("task", task, ""),
            ("drop_unlabelled", unlabelled or None, "rows without a target teach nothing"),
            ("validation", validation, "rows it never trains on show whether it generalises"),
        ],
        "data.preprocess": [
            ("features", "standardize", "inputs of one scale: one learning rate suits all weights"),
            ("target", standardized, "the first loss is near 1, whatever the unit"),
        ],
        "model": [
            ("hidden", (64, 32), "trains in seconds, and is large enough for most tables"),
            ("activation", "relu", "does not saturate as sigmoid and tanh do"),
            ("init", "he_normal", "keeps the scale of the values from layer to layer"),
        ],
        "loss": _LOSSES[task],
        "optimizer": [
            ("name", "adam", "forgives a badly chosen learning rate more than sgd does"),
            ("learning_rate", 1e-3, "the first key to change when it does not learn"),
        ],
        "regularization": [
            (
                "l2",
                _l2(trained, task),
                "the fewer the rows, the more it takes against overfitting",
            ),
        ],
        "training": [
            ("epochs", _epochs(trained, batch), f"about {_UPDATES} updates, more on many rows"),
            ("batch_size", batch, "many cheap steps: larger is faster per epoch, not per progress"),
            ("seed", 0, "the same seed gives the same run"),
        ],
    }
    blocks = [_block(f"[{name}]", lines) for name, lines in tables.items() if lines]
    head = [f"title = {_value(title)}"] if title else []
    return "\n\n".join(head + blocks) + "\n"


def _batch(rows: int) -> int:
    """A power of two that keeps an epoch short."""
    doublings = math.ceil(math.log2(max(rows / (_BATCH * _LONGEST_EPOCH), 1)))
    return int(_BATCH * 2**doublings)


def _epochs(rows: int, batch: int) -> int:
    """As many as the updates take; each row is seen often enough, and not without end."""
    needed = math.ceil(_UPDATES / math.ceil(rows / batch))
    return min(max(needed, _FEWEST_EPOCHS), _MOST_EPOCHS)


def _l2(rows: int, task: Task | None) -> float:
    """Rounded to one digit: its order of magnitude is what counts."""
    times = _OF_NUMBERS if task == "regression" else 1.0
    return float(f"{times * min(_PENALTY_ROWS / rows, _STRONGEST):.1g}")


def _block(header: str, lines: list[Line]) -> str:
    written = (
        f"{key} = {_value(value)}" + (f"  # {reason}" if reason else "")
        for key, value, reason in lines
        if value is not None
    )
    return "\n".join([header, *written])


def _value(value: Any) -> str:
    # JSON is TOML for text, numbers and lists, but for the one control character it leaves bare.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
