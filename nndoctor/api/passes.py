"""What `nndoctor backprop` can do, as a function."""

from dataclasses import replace

import numpy as np

from ..adapters.passes import LayerPass, one_row
from ..errors import UsageError
from ..findings import Cell, Report, Table, Verdict
from ..setup import Setup
from ..trainable import Array, Plan
from ..watch import Watch
from .common import SILENT, make_report, recipe_of, seed_of, single_threaded

SMALL = 60  # parameters up to which every number is shown
BIGGEST = 5  # entries of each gradient shown else


@single_threaded
def backprop(setup: Setup, watch: Watch = SILENT, *, row: int = 1, updates: int = 0) -> Report:
    """One row's way forward and its gradient's way back, after so many updates.

    `row` is its number in the data, from 1. Raises UsageError where it is no training row.
    """
    setup = recipe_of(setup, "backprop")
    index = _index(setup, row)
    model = setup.trainable.fresh(seed_of(setup))
    if updates:
        watch.stage(f"training for {updates} updates", updates)
        model.train(setup.train, Plan(updates), lambda done: not watch.cancelled())
    one = setup.train.rows(slice(index, index + 1))
    loss, passes = one_row(model, one)
    shown = [_overview(passes)]
    small = setup.trainable.layout.parameters <= SMALL
    for each in passes:
        shown += [_units(each), _weights(setup, each)] if small else [_biggest(setup, each)]
    report = make_report(
        setup,
        "backprop",
        f"Row {row}, forward and backward",
        [],
        shown,
        interrupted=watch.cancelled(),
    )
    told = f"loss of row {row}: {loss:.6g}" + (f" after {updates} updates" if updates else "")
    if not np.isfinite(loss):
        told += ", so there is no backward pass"
    return replace(
        report,
        headline=told,
        decided=Verdict.PASS,
        words=(*setup.words, _target(setup, one.y[0])),
        next_step=f"nndoctor grad-check {setup.argument}",
    )


def _index(setup: Setup, row: int) -> int:
    found = np.flatnonzero(setup.rows == row)
    if len(found):
        return int(found[0])
    near = int(setup.rows[np.abs(setup.rows - row).argmin()])
    problem = f"row {row} is no training row of {setup.name}"
    raise UsageError(problem, f"it is held out, or not there; {near} is the nearest: --row {near}")


def _target(setup: Setup, y: Array) -> str:
    task = setup.trainable.task
    if task.encoding == "class" and task.labels:
        index = int(y[0])
        unit = f", unit {index + 1} of the output" if task.outputs > 1 else ""
        return f"its class is {task.labels[index]}{unit}"
    return f"its target, as it is learned: {', '.join(f'{value:.6g}' for value in y)}"


def _overview(passes: tuple[LayerPass, ...]) -> Table:
    columns = (
        "layer",
        "activation",
        "|input|",
        "z lowest",
        "z highest",
        "|a|",
        "slope mean",
        "slope 0",
        "|dL/da|",
        "|delta|",
        "|dL/dW|",
        "|dL/db|",
    )
    rows: list[tuple[Cell, ...]] = [
        (
            one.name,
            one.activation,
            _norm(one.inputs),
            float(one.z.min()),
            float(one.z.max()),
            _norm(one.a),
            None if one.slope is None else float(one.slope.mean()),
            None if one.slope is None else f"{(one.slope == 0).sum()} of {len(one.slope)}",
            _norm(one.by_output),
            _norm(one.delta),
            _norm(one.weights),
            _norm(one.bias) if one.bias.size else None,
        )
        for one in passes
    ]
    return Table(
        "layer by layer",
        columns,
        tuple(rows),
        "|.|: Euclidean norm; z: before the activation, a: after it; slope: f'(z); delta = dL/dz = "
        "slope times dL/da; dL/dW = input times delta; dL/da of a layer = W times delta of the "
        "next; without dropout, noise and penalties",
    )


def _units(one: LayerPass) -> Table:
    """Every number of a layer's units; several z of one unit follow each other."""
    pieces = len(one.z) // len(one.a)
    rows: list[tuple[Cell, ...]] = []
    for index, z in enumerate(one.z):
        unit = index % len(one.a) if pieces > 1 else index
        slope = None if one.slope is None else float(one.slope[unit])
        bias = float(one.bias[index]) if one.bias.size else None
        numbers = float(z), float(one.a[unit]), slope, float(one.by_output[unit])
        rows.append((unit + 1, *numbers, float(one.delta[index]), bias))
    return Table(
        f"{one.name}: units", ("unit", "z", "a", "slope", "dL/da", "delta", "dL/db"), tuple(rows)
    )


def _weights(setup: Setup, one: LayerPass) -> Table:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (name, float(value), *(float(one) for one in gradients))
        for name, value, gradients in zip(_inputs(setup, one), one.inputs, one.weights, strict=True)
    )
    units = (f"to unit {index + 1}" for index in range(one.weights.shape[1]))
    return Table(f"{one.name}: dL/dW", ("from", "its value", *units), rows)


def _biggest(setup: Setup, one: LayerPass) -> Table:
    sizes = np.abs(one.weights).ravel()
    sizes = np.where(np.isnan(sizes), np.inf, sizes)
    names = _inputs(setup, one)
    rows: list[tuple[Cell, ...]] = []
    for flat in np.argsort(-sizes, kind="stable")[:BIGGEST]:
        source, unit = divmod(int(flat), one.weights.shape[1])
        rows.append(
            (
                names[source],
                unit + 1,
                float(one.inputs[source]),
                float(one.delta[unit]),
                float(one.weights[source, unit]),
            )
        )
    return Table(
        f"{one.name}: largest of dL/dW",
        ("from", "to unit", "its value", "delta", "dL/dW"),
        tuple(rows),
    )


def _inputs(setup: Setup, one: LayerPass) -> list[str]:
    first = one.name == setup.trainable.names[0]
    if first and len(setup.columns) == len(one.inputs):
        return list(setup.columns)
    return [f"{'input' if first else 'unit'} {index + 1}" for index in range(len(one.inputs))]


def _norm(values: Array) -> float:
    return float(np.linalg.norm(values))
