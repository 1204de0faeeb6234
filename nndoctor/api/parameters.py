"""What `nndoctor weights` can do, as a function."""

import shlex
from dataclasses import replace
from pathlib import Path

import numpy as np

from ..adapters.network import Network
from ..checks.measures.clusters import by_chance, separation
from ..findings import Cell, Evidence, Heatmap, Regions, Report, Table, Verdict
from ..scores import predicted
from ..setup import SavedModel, Setup, image_shape
from ..trainable import Array, Batch, Plan
from ..training import fit, is_checkpoint
from ..version import __version__
from ..watch import Watch
from .common import PROBE, SILENT, environment, make_report, recipe_of, seed_of, single_threaded
from .images import MOST_UNITS, matrix, units_shown
from .spectra import histograms, spectra, values_by_size

GRID = 80  # places each way at which a classifier of two columns is asked
MOST_POINTS = 1000
TITLE = "What do the weights look like?"


@single_threaded
def weights(source: Setup | SavedModel, watch: Watch = SILENT, *, trained: bool = True) -> Report:
    """The weights of a saved network; or of a set-up after its whole run, with what its training
    rows make of them. `trained` False: before it."""
    if isinstance(source, SavedModel):
        return _of_model(source)
    source = recipe_of(source, "weights")
    network = source.trainable.fresh(seed_of(source))
    cut = False
    if trained:
        course = source.course()
        watch.stage("training", course.updates)
        fit(network, source.train, source.validation, course, watch)
        cut = watch.cancelled()
    names = source.columns
    evidence = _of_network(network, names)
    if not source.trainable.full_batch and network.weights():
        evidence.insert(1, _next_update(network, source, names))
    evidence += _of_rows(network, source)
    report = make_report(source, "weights", TITLE, [], evidence, interrupted=cut)
    when = f"after {network.updates} updates" if trained else "untrained"
    return replace(
        report,
        headline=f"{_size(network)}, {when}",
        decided=Verdict.PASS,
        next_step=f"nndoctor activations report {source.argument}",
    )


def is_model(path: str | Path) -> bool:
    """Whether it is a saved network, and not data in an .npz."""
    return is_checkpoint(Path(path))


def _of_model(model: SavedModel) -> Report:
    return Report(
        command="weights",
        title=TITLE,
        findings=(),
        evidence=tuple(_of_network(model.network, model.columns)),
        words=("of a saved network, without rows: nndoctor weights RECIPE shows activations too",),
        version=__version__,
        environment=environment(),
        headline=f"{_size(model.network)}, after {model.network.updates} updates",
        decided=Verdict.PASS,
        argument=shlex.quote(model.source),
    )


def _size(network: Network) -> str:
    layers = network.weights()
    return f"{sum(w.size for w in layers.values())} weights in {len(layers)} layers"


def _of_network(network: Network, columns: tuple[str, ...]) -> list[Evidence]:
    layers = {name: w for name, w in network.weights().items() if w.size}
    if not layers:
        return []
    first = next(iter(layers.values()))
    shape = image_shape(columns, len(first))
    return [
        units_shown("weights of the first layer", first, shape, columns, "one for each unit"),
        histograms(layers),
        spectra(layers),
        values_by_size(layers),
    ]


def _next_update(network: Network, setup: Setup, columns: tuple[str, ...]) -> Evidence:
    """What one more update does to the first layer; a copy makes it."""
    after = Network(setup.trainable, network.seed)
    after.load(network.state())
    after.train(setup.train, Plan(1))
    name, before = next(iter(network.weights().items()))
    with np.errstate(invalid="ignore"):
        change = after.weights()[name] - before
        ratio = float(np.linalg.norm(change) / np.linalg.norm(before))
    caption = f"what one more update adds; its norm is {ratio:.2g} times that of the weights"
    shape = image_shape(columns, len(before))
    return units_shown("the next update of the first layer", change, shape, columns, caption)


def _of_rows(network: Network, setup: Setup) -> list[Evidence]:
    rows, task = setup.train.sample(PROBE), setup.trainable.task
    if task.kind != "classification" or task.encoding != "class":
        return []
    groups = rows.y[:, 0].astype(np.int64)
    hidden = list(network.values(rows).items())[:-1]
    evidence: list[Evidence] = []
    if hidden:
        evidence.append(_clusters(hidden, rows, groups, seed_of(setup)))
        evidence += [_by_class(name, a, groups, task.labels) for name, a in hidden]
    if setup.trainable.inputs == 2 and rows.x.shape[1] == 2:
        evidence.append(_boundary(network, setup))
    return evidence


def _clusters(hidden: list[tuple[str, Array]], rows: Batch, groups: Array, seed: int) -> Table:
    places = [("input", rows.x), *hidden]
    found: list[tuple[Cell, ...]] = [
        (name, separation(a, groups), by_chance(a, groups, seed)) for name, a in places
    ]
    return Table(
        "do the classes cluster?",
        ("layer", "true labels", "shuffled labels"),
        tuple(found),
        f"squared distances between class means over those within classes, of {len(rows)} training "
        "rows; shuffled: the mean over 20 random orders of the same labels",
    )


def _by_class(name: str, values: Array, groups: Array, labels: tuple[str, ...]) -> Heatmap:
    present = np.unique(groups)
    means = np.array([values[groups == group].mean(axis=0) for group in present])
    some = f"; the first {MOST_UNITS} of {means.shape[1]}" if means.shape[1] > MOST_UNITS else ""
    known = tuple(labels[g] if g < len(labels) else str(g) for g in present)
    return Heatmap(
        f"{name}: mean activation by class",
        matrix(means[:, :MOST_UNITS]),
        "unit",
        "class",
        known,
        signed=bool((means < 0).any()),
        caption=f"over the training rows of each class{some}",
    )


def _boundary(network: Network, setup: Setup) -> Regions:
    """In the data's own units."""
    rows, task = setup.train.sample(MOST_POINTS), setup.trainable.task
    points = setup.features.invert(rows.x)
    low, high = points.min(axis=0), points.max(axis=0)
    room = 0.08 * np.where(high > low, high - low, 1.0)
    xs, ys = (np.linspace(low[i] - room[i], high[i] + room[i], GRID) for i in range(2))
    places = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
    x = setup.features.apply(places, setup.trainable.dtype)
    outputs = network.outputs(Batch(x, np.zeros((len(x), 1))))
    cells = np.where(np.isfinite(outputs).all(axis=1), predicted(task, outputs), 0)
    names = setup.columns if len(setup.columns) == 2 else ("x", "y")
    labels = tuple(
        task.labels[i] if i < len(task.labels) else str(i) for i in range(int(cells.max()) + 1)
    )
    labels += task.labels[len(labels) :]
    return Regions(
        "which class is named where",
        tuple(map(float, xs)),
        tuple(map(float, ys)),
        tuple(tuple(map(int, row)) for row in cells.reshape(GRID, GRID)),
        labels,
        tuple((float(a), float(b), int(c)) for (a, b), c in zip(points, rows.y[:, 0], strict=True)),
        *names,
        caption="each class is where the network names it; marked are training rows",
    )
