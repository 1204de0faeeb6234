"""Healthy set-ups in the corpus's form, verified by plain training: benchmarks/healthy.py OUT.

The bar is scikit-learn's (`independent.py`), so that no limit of the diagnosis chooses its cases.
"""

import argparse
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from cases import DATA, Writer
from independent import bar, cross_validated, sound
from plain import train
from setups import BASES, LONG, Tables, changed, long_form, table_of

from nndoctor.recipe import loads

SEEDS = (1, 2, 3, 4, 5)
FEWEST = 60

# Sources with the set-up they start from, by default BASES[source].
STARTS: dict[str, Tables] = {
    "clouds": changed(BASES["flowers"], {"model.hidden": [8]}),
    "tiny": changed(BASES["flowers"], {"model.hidden": [4], "training.batch_size": 8}),
    "circles": BASES["moons"],
    "xor": BASES["moons"],
    "plane": BASES["diabetes"],
    "tags": changed(BASES["digits"], {"loss.name": "binary_cross_entropy"}),
    "rare": BASES["digits"],
    "scales": BASES["friedman"],
}
ADAM = {"optimizer.name": "adam", "optimizer.learning_rate": 3e-3}
RAW: dict[str, Any] = {"data.preprocess.features": "none"}
DEEP = {"model.hidden": [32] * 6, "model.batch_norm": True}


def _optimizer(name: str, rate: float, **settings: float) -> dict[str, Any]:
    inner = {"name": name, "learning_rate": rate, **settings}
    return {f"optimizer.{key}": value for key, value in inner.items()}


# By source: what is changed in its start. The name of a change becomes part of the id.
HEALTHY: dict[str, dict[str, dict[str, Any]]] = {
    "spiral": {
        "plain": {},
        "wide": {"model.hidden": [256]},
        "deep": {"model.hidden": [32] * 4, "optimizer.learning_rate": 3e-3},
        "tanh": {"model.activation": "tanh", "training.epochs": 300},
        "silu": {"model.activation": "silu"},
        "nadam": _optimizer("nadam", 1e-2),
        "fullbatch": {"training.batch_size": 480, "training.epochs": 1500},
    },
    "blobs": {
        "plain": {},
        "sgd": _optimizer("sgd", 0.1),
        "linear": {"model.hidden": []},
        "raw": RAW | ADAM | {"training.epochs": 80},
        "l2": {"regularization.l2": 1e-3},
        "dropout": {"model.dropout": 0.2, "model.hidden": [64]},
        "smoothing": {"loss.label_smoothing": 0.1},
    },
    "clouds": {
        "plain": {},
        "raw": RAW | {"optimizer.learning_rate": 0.01},
        "mse": {"loss.name": "mse"},
        "lbfgs": _optimizer("lbfgs", 1.0) | {"training.epochs": 100},
    },
    "tiny": {"plain": {}, "relu": {"model.activation": "relu"}, "adam": ADAM},
    "digits": {
        "plain": {},
        "raw": RAW,
        "minmax": {"data.preprocess.features": "minmax", "training.epochs": 40},
        "sgd": _optimizer("sgd", 0.1),
        "deep": DEEP,
        "layernorm": {"model.hidden": [64, 64], "model.layer_norm": True},
        "dropout": {"model.dropout": 0.3, "training.epochs": 40},
        "selu": {"model.activation": "selu", "model.hidden": [64, 64, 64]},
        "pca": {"data.preprocess.features": "pca", "data.preprocess.components": 30},
        "cosine": {"schedule.name": "cosine", "optimizer.learning_rate": 3e-3},
    },
    "breast": {
        "plain": {},
        "raw": RAW | {"model.input_batch_norm": True},
        "logits": {"model.output_activation": "linear", "loss.from_logits": True},
        "linear": {"model.hidden": []},
        "twounits": {
            "model.output_activation": "linear", "loss.from_logits": True,
            "loss.name": "cross_entropy", "data.target_encoding": "class",
        },
        "adamw": _optimizer("adamw", 3e-3),
    },
    "diabetes": {
        "plain": {},
        "linear": {"model.hidden": []},
        "adam": ADAM | {"training.epochs": 10},
        "huber": {"loss.name": "huber"},
        "stopped": ADAM | {"training.epochs": 100, "training.early_stopping": {"patience": 10}},
    },
    "sine": {"plain": {}, "wide": {"model.hidden": [128]}, "gelu": {"model.activation": "gelu"}},
    "flowers": {
        "plain": {},
        "raw": RAW | ADAM | {"training.epochs": 150},
        "sigmoid": {"model.activation": "sigmoid", **ADAM, "training.epochs": 150},
        "onecycle": {"schedule.name": "one_cycle"},
        "batch4": {"training.batch_size": 4, "optimizer.learning_rate": 0.02},
    },
    "moons": {
        "plain": {},
        "deep": DEEP | {"model.hidden": [16] * 8},
        "raw": RAW | {"training.epochs": 120},
        "leaky": {"model.activation": "leaky_relu"},
        "nesterov": _optimizer("nesterov", 0.02),
        "ema": {"training.ema": 0.99},
    },
    "circles": {"plain": {}, "softplus": {"model.activation": "softplus", **ADAM}},
    "xor": {"plain": {}, "tanh": {"model.activation": "tanh"}},
    "plane": {"plain": {}, "linear": {"model.hidden": []}, "mae": {"loss.name": "mae"} | ADAM},
    "friedman": {
        "plain": {},
        "deep": {"model.hidden": [32] * 3, "optimizer.learning_rate": 3e-3},
        "elu": {"model.activation": "elu"},
        "rawtarget": {"data.preprocess.target": "none", "training.epochs": 400},
    },
    "tags": {
        "plain": {},
        "linear": {"model.hidden": []} | ADAM | {"training.epochs": 60},
        "l2": {"regularization.l2": 1e-3},
    },
    "rare": {"plain": {}, "linear": {"model.hidden": []} | ADAM, "sgd": _optimizer("sgd", 0.05)},
    "noisy": {"plain": {}, "wide": {"model.hidden": [64]}, "dropout": {"model.dropout": 0.1}},
    "scales": {"plain": {}, "raw": RAW | {"training.epochs": 100}},
}  # fmt: skip


def setups() -> Iterator[tuple[str, Tables]]:
    """Every set-up by its id, verified or not."""
    for name, changes in HEALTHY.items():
        for change, keys in changes.items():
            yield f"{name}-{change}", changed(STARTS.get(name) or BASES[name], keys)


@cache
def reached_by_others(source: str) -> dict[str, float]:
    """What scikit-learn's models reach on these rows."""
    return cross_validated(table_of(source))


def generate(out: Path, only: str = "") -> tuple[list[str], list[str]]:
    """Writes those that are sound; the ids of the written and of the others."""
    writer, written, refused = Writer(out), [], []
    for id, tables in setups():
        if only not in id:
            continue
        table, source = table_of(id), id.partition("-")[0]
        tables = long_form(tables, table) if source in LONG else tables
        text = writer.recipe({"title": id.replace("-", ", "), **tables}, table)
        own = float(np.mean([train(loads(text, id), out / DATA, seed).held for seed in SEEDS]))
        others = reached_by_others(source)
        best, well = bar(others), sound(own, bar(others))
        print(f"{id}: {own:.2f}, scikit-learn {best:.2f}" + " LEFT OUT" * (not well), flush=True)
        if not well:
            refused.append(id)
            continue
        facts = {"title": id, "healthy": True, "severity": "none", "origin": "planted-by-us"}
        known = {name: round(score, 3) for name, score in others.items()}
        writer.case(id, text, facts | {"held": round(own, 3), "independent": known})
        written.append(id)
    return written, refused


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, help="a folder for the cases, outside of the repository")
    parser.add_argument("--only", default="", help="set-ups whose id contains this")
    given = parser.parse_args()
    written, refused = generate(given.out, given.only)
    print(f"{len(written)} healthy set-ups, {len(refused)} left out: {', '.join(refused)}")
    if not given.only and len(written) < FEWEST:
        parser.error(f"fewer than {FEWEST}")


if __name__ == "__main__":
    main()
