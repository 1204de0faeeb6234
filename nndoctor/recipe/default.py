"""The recipe to start from: two hidden layers, Adam, standardised inputs, with its reasons."""

import json
from typing import Any

from .data_table import Task

Line = tuple[str, Any, str]  # key, value, the reason for it; None as value: left out

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
) -> str:
    """Commented TOML text; paths are relative to the folder it is saved in.

    Without a task, task and loss are left out and guessed from the data.
    """
    standardized = "standardize" if task == "regression" else None
    tables: dict[str, list[Line]] = {
        "data": [
            ("path", data, ""),
            ("target", target, ""),
            ("task", task, ""),
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
        "training": [
            ("epochs", 20, ""),
            ("batch_size", 32, "many cheap steps: larger is faster per epoch, not per progress"),
            ("seed", 0, "the same seed gives the same run"),
        ],
    }
    blocks = [_block(f"[{name}]", lines) for name, lines in tables.items() if lines]
    head = [f"title = {_value(title)}"] if title else []
    return "\n\n".join(head + blocks) + "\n"


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
