"""Penalties: what L1, L2 and both together make of the first layer's weights."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...diagnosis.subject import Part
from ...errors import UsageError
from ...findings import Cell, Histogram, Table
from ...trainable import Array, Plan
from ..desk import Desk, Edits
from ..story import Story, example
from ..tables import joined
from ..variants import Variant

LAMBDAS = (1e-4, 1e-3, 1e-2, 1e-1)
SMALL = 0.01  # of the largest weight: less counts as zero, for no step lands on it exactly
BINS = 15
KINDS = ("L1", "L2", "elastic net")
FEW_ROWS = 0.1  # the penalty where there are more columns than rows
RELEVANT, GROUP = 15, 5  # columns of the made-up table that count, and that move together


def _tell(desk: Desk) -> None:
    if desk.setup.trainable.full_batch:
        raise UsageError(
            f"{desk.setup.recipe.optimizer.name} takes no steps that weights could be shrunk by",
            "--set optimizer.name=adam",
        )
    edits = {"none": penalty("none", 0.0)} | {
        f"{kind} {strength:g}": penalty(kind, strength) for kind in KINDS for strength in LAMBDAS
    }
    layers = desk.setup.recipe.model.layers or ()
    own = {f"model.layers[{at}].{key}": None for at in range(len(layers)) for key in ("l1", "l2")}
    variants = desk.variants("penalty and lambda", {n: {**own, **e} for n, e in edits.items()})
    rows, zeros = [], {}
    for variant in variants:
        weights = _first_weights(desk, variant)
        rows.append((variant.name, *_described(weights)))
        zeros[variant.name] = _zeros(weights)
    desk.page.show(
        Table(
            "first-layer weights after training", (
                "penalty and lambda", "zeros", "sum of |w|", "norm", "largest", "how they lie",
            ), tuple(rows),
            f"zeros: share of weights below {SMALL:.0%} of the largest; elastic net: lambda / 2 "
            "of each penalty; lambda is what multiplies |w|, or w^2 / 2, in the loss",
        ),
        joined("share of zeros by lambda", LAMBDAS, {
            kind: [zeros[f"{kind} {strength:g}"] for strength in LAMBDAS] for kind in KINDS
        }, "lambda", "share of zeros", log_x=True),
    )  # fmt: skip
    sparsest = max(zeros, key=lambda name: zeros[name])
    desk.page.say(
        f"most zeros under {sparsest}: {zeros[sparsest]:.0%} of the first-layer weights, "
        f"{zeros['none']:.0%} without a penalty"
    )
    desk.hold(variants, drawn=False, costs=False)
    if not desk.given:
        _more_columns_than_rows(desk)


def penalty(kind: str, strength: float) -> Edits:
    """The penalties of [regularization] replaced by one; its max-norm stays."""
    known: Mapping[str, Mapping[str, Any]] = {
        "none": {},
        "L1": {"l1": strength},
        "L2": {"l2": strength},
        "elastic net": {"elastic_net": {"strength": strength, "l1_ratio": 0.5}},
    }
    keys = ("l1", "l2", "elastic_net", "lq")
    return {f"regularization.{key}": known[kind].get(key) for key in keys}


def _more_columns_than_rows(desk: Desk) -> None:
    """Zou & Hastie 2005: among columns that move together lasso picks some, elastic net all."""
    subject = desk.of(example("few-rows"))
    kinds = {"none": "none", "lasso (L1)": "L1", "elastic net": "elastic net"}
    variants = desk.variants(
        "penalty", {name: penalty(kind, FEW_ROWS) for name, kind in kinds.items()}, subject
    )
    setup = variants[0].subject.setup(desk.seed, Part.SEARCH)
    rows: list[tuple[Cell, ...]] = []
    for variant in variants:
        weights = np.abs(_first_weights(desk, variant)[:, 0])
        chosen = weights >= 0.05 * weights.max()
        rows.append((
            variant.name, int(chosen[:RELEVANT].sum()), int(chosen[RELEVANT:].sum()),
            float(weights[:RELEVANT].sum() / weights.sum()),
        ))  # fmt: skip
    columns, count = setup.trainable.inputs, len(setup.train)
    desk.page.show(Table(
        f"a linear model of {columns} columns on {count} rows", (
            "penalty", f"of {RELEVANT} columns that count", f"of the {columns - RELEVANT} others",
            "share of |w| on those that count",
        ), tuple(rows),
        f"columns whose weight is at least 5 % of the largest; lambda {FEW_ROWS:g}; columns move "
        f"together in groups of {GROUP} (Zou & Hastie 2005, example 4)",
    ))  # fmt: skip
    desk.hold(variants, f"{columns} columns on {count} rows", drawn=False, costs=False)


def _first_weights(desk: Desk, variant: Variant) -> Array:
    """W of the first layer after the run of the first seed [D, n]."""
    desk.watch.heed()
    setup = variant.subject.setup(desk.seed, Part.SEARCH)
    network = setup.trainable.fresh(desk.seed)
    network.train(setup.train, Plan(variant.subject.updates))
    return next(iter(network.weights().values()))


def _zeros(weights: Array) -> float:
    return float((np.abs(weights) < SMALL * np.abs(weights).max()).mean())


def _described(weights: Array) -> tuple[Cell, ...]:
    flat = weights.ravel().astype(np.float64)
    most = float(np.abs(flat).max())
    if not np.isfinite(most):
        return (None, np.nan, np.nan, np.nan, None)
    edge = most or 1.0
    counts, _ = np.histogram(flat, BINS, (-edge, edge))
    lies = Histogram(tuple(int(count) for count in counts), -edge, edge)
    return (_zeros(weights), float(np.abs(flat).sum()), float(np.linalg.norm(flat)), most, lies)


REGULARIZERS = Story("regularizers", "What do penalties make of the weights?", "penalties", _tell)
