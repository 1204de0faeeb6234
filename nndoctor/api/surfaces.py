"""What `nndoctor surface` can do, as functions."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from ..errors import UsageError
from ..findings import Cell, Curves, Evidence, Paths, Report, Series, Table, Verdict, Walk
from ..recipe.names import meant
from ..running import run_all
from ..setup import Setup
from ..surfaces.functions import SURFACES, Surface
from ..surfaces.trajectory import (
    RANDOM_WALK,
    Plane,
    Trajectory,
    axes_around,
    followed,
    losses_along,
    main_plane,
)
from ..surfaces.walking import CLOSE, LOST, RATES, WALKERS, Way, best_walk, walk
from ..trainable import Array
from ..version import __version__
from ..watch import Watch
from .common import PROBE, SILENT, environment, make_report, recipe_of, seed_of, single_threaded

OPTIMIZERS = (
    "sgd",
    "momentum",
    "nesterov",
    "adagrad",
    "rmsprop",
    "adam",
    "conjugate_gradient",
    "bfgs",
    "newton",
)
STEPS = 300
GRID = 61  # places each way on which a function is drawn
LOSS_GRID = 25  # and a network's loss, which takes longer
SHORT = "did not reach"


@single_threaded
def surface(
    functions: Sequence[str] = ("valley",),
    optimizers: Sequence[str] = OPTIMIZERS,
    watch: Watch = SILENT,
    *,
    rate: float | None = None,
    steps: int = STEPS,
    start: Sequence[float] | None = None,
) -> Report:
    """How optimizers come down functions of two parameters, or of one.

    `functions` may be "all". Without a rate each goes at the one of RATES that serves it best.
    Raises UsageError for an unknown name, and for a start of the wrong length.
    """
    every = list(functions) == ["all"]
    chosen = [_known(name, SURFACES, "function") for name in (SURFACES if every else functions)]
    walkers = [_known(name, WALKERS, "optimizer") for name in optimizers]
    begin = _start(start, [SURFACES[name] for name in chosen])
    if rate is not None and not (np.isfinite(rate) and rate > 0):
        raise UsageError(f"the rate is {rate}", "a positive number, such as 0.03")
    watch.stage("walking", len(chosen) * len(walkers))
    ways: dict[str, list[Way]] = {name: [] for name in chosen}
    for name in chosen:
        for walker in walkers:
            if watch.cancelled():
                break
            one = SURFACES[name]
            ways[name].append(
                best_walk(one, walker, steps, begin)
                if rate is None
                else walk(one, walker, steps, rate, begin)
            )
            watch.advance(sum(map(len, ways.values())), f"{walker} on {name}")
    evidence = [
        piece
        for name in chosen
        for piece in _function_evidence(SURFACES[name], ways[name], steps, rate is None)
    ]
    if len(chosen) > 1:
        evidence.insert(0, _overview(walkers, ways))
    made = [way for those in ways.values() for way in those]
    rates = (
        f"each optimizer at the one of the rates {RATES[0]:g} to {RATES[-1]:g} that serves it best"
        if rate is None
        else f"rate {rate:g}"
    )
    return Report(
        command="surface",
        title="Which way down do optimizers take?",
        findings=(),
        evidence=tuple(evidence),
        words=(
            f"{rates}, at most {steps} steps; the floor is reached below {CLOSE:g} of the first "
            f"height above it, and diverged means {LOST:g} times that height",
        ),
        next_step="nndoctor compare optimizers"
        if len(chosen) > 1
        else "nndoctor surface --function all",
        version=__version__,
        environment=environment(),
        interrupted=len(made) < len(chosen) * len(walkers),
        headline=_count(made),
        decided=Verdict.PASS if any(way.ending == "reached" for way in made) else Verdict.WARN,
    )


@single_threaded
def loss_surface(
    setup: Setup, watch: Watch = SILENT, *, jobs: int = 1, steps: int | None = None
) -> Report:
    """The loss of the set-up's own network around its training, in the run's two main directions.

    `steps`: after so many updates; None: after the whole run.
    """
    setup = recipe_of(setup, "surface")
    network = setup.trainable.fresh(seed_of(setup))
    updates = setup.total_updates if steps is None else steps
    run = followed(network, setup.train, updates, watch)
    plane = main_plane(run.theta)
    evidence: list[Evidence] = [_loss_curve(run)]
    headline = f"the run diverged at update {run.diverged}" if run.diverged is not None else ""
    if plane is None:
        headline = headline or "no parameter moved"
    else:
        rows = setup.train.sample(PROBE)
        xs, ys = axes_around(plane, LOSS_GRID)
        watch.stage("measuring the loss in the plane", len(ys))

        def one(index: int) -> Array:
            losses = losses_along(network, plane, xs, float(ys[index]), rows)
            watch.advance(index + 1)
            return losses

        height = np.array(run_all(one, range(len(ys)), jobs))
        evidence.append(_loss_paths(plane, xs, ys, height, run, len(rows)))
        share = float(plane.shares.sum())
        told = f"two directions hold {share:.1%} of the squared distances from the end of the run"
        headline = f"{headline}; {told}" if headline else told
    report = make_report(
        setup,
        "surface",
        "What does the loss look like where it trains?",
        [],
        evidence,
        interrupted=run.cut and run.diverged is None,
    )
    return replace(
        report,
        headline=headline,
        decided=Verdict.PASS if run.diverged is None else Verdict.WARN,
        next_step=f"nndoctor updates {setup.argument}",
    )


def _known(name: str, known: Iterable[str], what: str) -> str:
    if name not in known:
        raise UsageError(f"no {what} named {name!r}", meant(name, known))
    return name


def _start(given: Sequence[float] | None, surfaces: Sequence[Surface]) -> tuple[float, ...] | None:
    if given is None:
        return None
    start = tuple(map(float, given))
    if not np.isfinite(start).all():
        raise UsageError(f"the start is {start}", "finite numbers, such as 2,-1")
    for one in surfaces:
        if len(one.start) != len(start):
            count = len(one.start)
            problem = f"a start of {len(start)} numbers for {one.name}, which has {count}"
            raise UsageError(
                f"{problem} parameter{'s' * (count > 1)}", f"such as {_written(one.start)}"
            )
        with np.errstate(all="ignore"):
            height = float(one.value(np.array(start))) - one.floor
        if not np.isfinite(LOST * height):
            problem = f"{one.name} is too high at the start {_written(start)}: {height:g}"
            raise UsageError(problem, f"its own start is {_written(one.start)}")
    return start


def _written(place: Sequence[float]) -> str:
    return ",".join(f"{value:g}" for value in place)


def _ending(way: Way) -> str:
    if way.ending == "reached":
        return f"reached at step {way.step}"
    if way.ending == "diverged":
        return f"diverged at step {way.step}"
    return f"{SHORT}, rests at the {way.rests}" if way.rests else SHORT


def _count(ways: Sequence[Way]) -> str:
    reached, lost = (sum(way.ending == word for way in ways) for word in ("reached", "diverged"))
    told = f"{reached} of {len(ways)} walks reached the floor"
    return f"{told}, {lost} diverged" if lost else told


def _overview(walkers: Sequence[str], ways: dict[str, list[Way]]) -> Table:
    rows = [
        (walker, *(_steps(one[index]) if index < len(one) else None for one in ways.values()))
        for index, walker in enumerate(walkers)
    ]
    return Table(
        "steps to the floor",
        ("optimizer", *ways),
        tuple(rows),
        "a number: steps; the name of a place: it rests there instead",
    )


def _steps(way: Way) -> Cell:
    return (
        str(way.step)
        if way.ending == "reached"
        else way.rests or ("diverged" if way.ending == "diverged" else SHORT)
    )


def _function_evidence(
    surface: Surface, ways: Sequence[Way], steps: int, chosen: bool
) -> list[Evidence]:
    """`chosen`: whether the rates are the best of RATES."""
    name = surface.name
    edges = {RATES[0]: " (lowest tried)", RATES[-1]: " (highest tried)"} if chosen else {}
    rows = tuple(
        (
            way.optimizer,
            "-" if way.rate is None else f"{way.rate:g}{edges.get(way.rate, '')}",
            _ending(way),
            float(way.values[-1]),
            f"({', '.join(f'{value:.3g}' for value in way.w[-1])})",
        )
        for way in ways
    )
    table = Table(
        f"{name}: steps to the floor",
        ("optimizer", "rate", "ending", "last value", "at"),
        rows,
        f"{surface.words}; condition number at the minimum {surface.condition:.4g}, floor "
        f"{surface.floor:.4g}" + (f". Source: {surface.source}" if surface.source else ""),
    )
    first = float(surface.value(np.array(ways[0].w[0] if ways else surface.start)))
    tiny = 1e-3 * CLOSE * max(first - surface.floor, 1e-300)
    lines = [
        Series(
            way.optimizer,
            tuple(map(float, range(len(way.values)))),
            tuple(
                float(max(value - surface.floor, tiny)) if np.isfinite(value) else float(value)
                for value in way.values
            ),
            "step",
            "height above the floor",
            log_y=True,
        )
        for way in ways
    ]
    return [table, Curves(f"{name}: height over steps", tuple(lines)), _walks(surface, ways)]


def _walks(surface: Surface, ways: Sequence[Way]) -> Evidence:
    name = f"{surface.name}: ways down"
    if len(surface.start) == 1:
        places = np.linspace(*surface.window[0], GRID)
        lines = [("the function", places, surface.value(places[None]))]
        lines += [(way.optimizer, way.w[:, 0], way.values) for way in ways]
        return Curves(
            name,
            tuple(
                Series(label, tuple(map(float, x)), tuple(map(float, y)), "w", "value")
                for label, x, y in lines
            ),
        )
    xs, ys = (np.linspace(low, high, GRID) for low, high in surface.window)
    height = surface.value(np.stack(np.meshgrid(xs, ys)))
    return Paths(
        name,
        tuple(map(float, xs)),
        tuple(map(float, ys)),
        _matrix(height),
        tuple(Walk(way.optimizer, *_columns(way.w), end=_ending(way)) for way in ways),
        "x",
        "y",
        tuple((label, float(place[0]), float(place[1])) for label, place in surface.places),
        "each shade is an equal share of the plane, the darker the higher",
    )


def _loss_curve(run: Trajectory) -> Series:
    losses = run.losses[np.isfinite(run.losses)]
    log = bool(len(losses) and losses.min() > 0 and losses.max() > 20 * losses.min())
    every = max(1, len(run.losses) // 400)
    return Series(
        "loss of each update's batch",
        tuple(map(float, range(0, len(run.losses), every))),
        tuple(map(float, run.losses[::every])),
        "update",
        "loss",
        log_y=log,
    )


def _loss_paths(
    plane: Plane, xs: Array, ys: Array, height: Array, run: Trajectory, rows: int
) -> Paths:
    first, second = (f"{share:.1%}" for share in plane.shares)
    made = int(run.updates[-1])
    end = f"{made} update{'s' * (made != 1)}"
    return Paths(
        "loss around the training run",
        tuple(map(float, xs)),
        tuple(map(float, ys)),
        _matrix(height),
        (Walk("the run", *_columns(plane.way), end=end),),
        f"first direction ({first})",
        f"second direction ({second})",
        (("end", 0.0, 0.0),),
        f"loss of {rows} training rows, {np.nanmin(height):.4g} to {np.nanmax(height):.4g}; the "
        "directions are those in which the run lies farthest from its end (Li et al. 2018, "
        f"arXiv:1712.09913); in them a random walk has {RANDOM_WALK:.0%} of its squared distances",
    )


def _matrix(values: Array) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(map(float, row)) for row in values)


def _columns(way: Array) -> tuple[tuple[float, ...], tuple[float, ...]]:
    return tuple(map(float, way[:, 0])), tuple(map(float, way[:, 1]))
