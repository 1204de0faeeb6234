"""Penalties: what L1, L2 and both together make of the first layer's weights."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ...diagnosis.subject import Part
from ...errors import UsageError
from ...findings import Cell, Histogram, Table
from ...running import spread
from ...trainable import Array, Plan
from ...watch import Watch
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
    for variant, weights in zip(variants, _first_weights(desk, variants), strict=True):
        rows.append((variant.name, *_described(weights)))
        zeros[variant.name] = _zeros(weights)
    desk.page.show(
        Table(
            "first-layer weights after training",
            ("penalty and lambda", "zeros", "sum of |w|", "norm", "largest", "how they lie"),
            tuple(rows),
            f"zeros: share of weights below {SMALL:.0%} of the largest; elastic net: lambda / 2 "
            "of each penalty; lambda is what multiplies |w|, or w^2 / 2, in the loss",
        ),
        joined(
            "share of zeros by lambda",
            LAMBDAS,
            {kind: [zeros[f"{kind} {strength:g}"] for strength in LAMBDAS] for kind in KINDS},
            "lambda",
            "share of zeros",
            log_x=True,
        ),
    )
    desk.page.say(_sparsest(zeros))
    desk.hold(variants, drawn=False, costs=False)
    if not desk.given:
        _more_columns_than_rows(desk)


def _sparsest(zeros: Mapping[str, float]) -> str:
    """The set-up with the most zeros, of those whose run did not diverge."""
    sound = {name: share for name, share in zeros.items() if np.isfinite(share)}
    if not sound:
        return "no first-layer weights to look at: every run diverged"
    most = max(sound, key=lambda name: sound[name])
    beside = f"{sound['none']:.0%} without" if "none" in sound else "the run diverged without"
    return (
        f"most zeros under {most}: {sound[most]:.0%} of the first-layer weights, {beside} a penalty"
    )


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
    for variant, first in zip(variants, _first_weights(desk, variants), strict=True):
        weights = np.abs(first[:, 0])
        if not np.isfinite(weights).all():
            rows.append((variant.name, None, None, np.nan))
            continue
        chosen = weights >= 0.05 * weights.max()
        rows.append(
            (
                variant.name,
                int(chosen[:RELEVANT].sum()),
                int(chosen[RELEVANT:].sum()),
                float(weights[:RELEVANT].sum() / weights.sum()),
            )
        )
    columns, count = setup.trainable.inputs, len(setup.train)
    desk.page.show(
        Table(
            f"a linear model of {columns} columns on {count} rows",
            (
                "penalty",
                f"of {RELEVANT} columns that count",
                f"of the {columns - RELEVANT} others",
                "share of |w| on those that count",
            ),
            tuple(rows),
            f"columns whose weight is at least 5 % of the largest; lambda {FEW_ROWS:g}; columns "
            f"move together in groups of {GROUP} (Zou & Hastie 2005, example 4)",
        )
    )
    desk.hold(variants, f"{columns} columns on {count} rows", drawn=False, costs=False)


def _first_weights(desk: Desk, variants: Sequence[Variant]) -> list[Array]:
    """W of the first layer of each after the run of the first seed [D, n]; NaN if it diverged."""
    desk.watch.stage(f"weights of {len(variants)} set-ups", len(variants))
    seed = desk.seed

    def trained(variant: Variant, own: Watch) -> Array:
        own.heed()
        setup = variant.subject.setup(seed, Part.SEARCH)
        network = setup.trainable.fresh(seed)
        with np.errstate(all="ignore"):
            trace = network.train(setup.train, Plan(variant.subject.updates))
        weights = next(iter(network.weights().values()))
        return weights if trace.first_bad is None else np.full_like(weights, np.nan)

    return spread(trained, variants, desk.jobs, desk.watch)


def _zeros(weights: Array) -> float:
    """The share of weights that count as zero; NaN of weights that are not finite."""
    if not np.isfinite(weights).all():
        return np.nan
    return float((np.abs(weights) < SMALL * np.abs(weights).max()).mean())


def _described(weights: Array) -> tuple[Cell, ...]:
    flat = weights.ravel().astype(np.float64)
    most = float(np.abs(flat).max())
    if not np.isfinite(flat).all():
        return (np.nan, np.nan, np.nan, np.nan, None)
    edge = most or 1.0
    counts, _ = np.histogram(flat, BINS, (-edge, edge))
    lies = Histogram(tuple(int(count) for count in counts), -edge, edge)
    return (_zeros(weights), float(np.abs(flat).sum()), float(np.linalg.norm(flat)), most, lies)


REGULARIZERS = Story("regularizers", "What do penalties make of the weights?", "penalties", _tell)
