"""What the command line can do, as functions: each examines a set-up and answers with a report."""

import platform
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields, replace
from functools import cache
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from . import __version__
from .build import Setup, build, open_setup, with_recipe
from .checks import CHECKS, TRAINED_LAYERS, UNTRAINED_LAYERS
from .checks.check import Check
from .checks.init.initial_loss import InitialLoss
from .checks.init.penalty import Penalty
from .checks.layers.comparison import InitComparison
from .checks.layers.layer_check import LayerCheck
from .checks.layers.statistics import statistics_table, training_table
from .checks.learning.range_test import RangeTest
from .checks.learning.rate import LearningRate
from .checks.learning.tiny_overfit import TinyOverfit
from .engine import blas
from .errors import RecipeError, UsageError
from .findings import Finding, Report, Series, Status, Table, worst
from .recipe import loads, override
from .recipe.names import OPTIMIZERS, meant
from .trainable import Batch, LayerStats, Plan
from .watch import Watch

PROBE = 1000  # rows on which layers are looked at, always the first of the training rows
EVALUATED = 5000  # rows on which an initial loss is measured

P = ParamSpec("P")
R = TypeVar("R")
C = TypeVar("C", bound=Check)
SILENT = Watch()


def _single_threaded(function: Callable[P, R]) -> Callable[P, R]:
    """One BLAS thread a model while the function runs."""

    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with blas.one_thread():
            return function(*args, **kwargs)

    run.__doc__, run.__name__, run.__wrapped__ = function.__doc__, function.__name__, function  # type: ignore[attr-defined]
    return run


def load_setup(
    source: str | Path, target: str | None = None, set: Iterable[str] = (), seed: int | None = None
) -> Setup:
    """Opens a recipe, or a data file with its target; `set` are changes such as `model.init=zeros`.

    Raises NNDoctorError with every mistake it finds.
    """
    seeds = () if seed is None else (f"training.seed={seed}",)
    return open_setup(source, target, (*set, *seeds))


@_single_threaded
def check_loss(setup: Setup, watch: Watch = SILENT) -> Report:
    """The loss of the untrained network against chance, and the rise under regularisation."""
    watch.stage("measuring the initial loss")
    findings = _check_loss(setup)
    return _report(setup, "check-loss", "Is the first loss what chance gives?", findings)


@_single_threaded
def overfit_tiny(
    setup: Setup, watch: Watch = SILENT, *, rows: int = 0, updates: int = 0,
    rate: float | None = None, optimizer: str = "",
) -> Report:  # fmt: skip
    """Whether the network can learn a few rows by heart; 0 and None leave the check's defaults."""
    given = {"rows": rows, "updates": updates, "rate": rate, "optimizer": optimizer}
    findings, cut = _overfit_tiny(setup, watch, {k: v for k, v in given.items() if v})
    title = "Can the network learn a few rows by heart?"
    return _report(setup, "overfit-tiny", title, findings, interrupted=cut)


@_single_threaded
def lr_sweep(
    setup: Setup, watch: Watch = SILENT, *, jobs: int = 1, low: float = 0.0, high: float = 0.0,
    count: int = 0, updates: int = 0,
) -> Report:  # fmt: skip
    """Which learning rate fits; 0 leaves the check's defaults."""
    given = {"low": low, "high": high, "count": count, "updates": updates}
    findings, cut = _lr_sweep(setup, watch, jobs, {k: v for k, v in given.items() if v})
    return _report(setup, "lr-sweep", "Which learning rate fits?", findings, interrupted=cut)


@_single_threaded
def range_test(
    setup: Setup, watch: Watch = SILENT, *, low: float = 0.0, high: float = 0.0, updates: int = 0
) -> Report:
    """One run under an exponentially rising rate; 0 leaves the check's defaults."""
    given = {"low": low, "high": high, "updates": updates}
    check = _configured(setup, RangeTest(), {k: v for k, v in given.items() if v})
    seen = check.measure(setup.trainable, setup.train, seed=_seed(setup), watch=watch)
    title = "Which learning rate fits, by one rising run?"
    return _report(setup, "lr-sweep", title, [check.judge(seen)], interrupted=seen.cancelled)


@_single_threaded
def activations_report(setup: Setup, watch: Watch = SILENT, *, after: int = 0) -> Report:
    """What each layer puts out, untrained and after some updates."""
    probe = _probe(setup)
    model = setup.trainable.fresh(_seed(setup))
    watch.stage("looking at the layers")
    before = model.activations(probe)
    tables = [statistics_table(before, "untrained", len(probe))]
    findings = _judged(setup, UNTRAINED_LAYERS, before)
    cut = False
    if after:
        watch.stage(f"training for {after} updates", after)

        def go_on(done: int) -> bool:
            watch.advance(done)
            return not watch.cancelled()

        trace = model.train(setup.train, Plan(after, look_every=max(after // 20, 1)), go_on)
        cut = watch.cancelled() and trace.updates < after
        trained = model.activations(probe)
        told = f"after {trace.updates} updates"
        if trace.first_bad:
            told += f", NaN at step {trace.first_bad.step} ({trace.first_bad.layer})"
        tables += [statistics_table(trained, told, len(probe)), training_table(trace)]
        findings += _judged(setup, TRAINED_LAYERS, trained)
    title = "What do the layers put out?"
    return _report(setup, "activations report", title, findings, tables, interrupted=cut)


@_single_threaded
def compare_inits(setup: Setup, inits: Sequence[str], watch: Watch = SILENT) -> Report:
    """The layers of the untrained network under several initialisers, side by side."""
    if not inits:
        raise UsageError("no initialiser is named", "such as xavier and he_normal")
    watch.stage("comparing initialisers")
    layers = setup.recipe.model.layers
    keys = ["model.init"] if layers is None else [
        f"model.layers[{i}].init" for i in range(len(layers) - 1)
    ]  # fmt: skip
    if layers is not None and not keys:
        raise RecipeError(f"{setup.name} has no hidden layer", "there is nothing to compare")
    probe, seen = _probe(setup), {}
    for init in inits:
        changed = override(setup.recipe, [f"{key}={init}" for key in keys])
        other = with_recipe(setup, changed)
        seen[init] = other.trainable.fresh(_seed(setup)).activations(probe)
    pathologies = [_configured(setup, check) for check in UNTRAINED_LAYERS]
    finding = _configured(setup, InitComparison()).judge(seen, pathologies)
    return _report(setup, "activations report", "Which initialiser keeps signals alive?", [finding])


@_single_threaded
def checkup(setup: Setup, watch: Watch = SILENT, *, jobs: int = 1) -> Report:
    """All four in order, a line each, and what to do next."""
    watch.stage("measuring the initial loss")
    parts = {"check-loss": _check_loss(setup)}
    tiny, cut = _overfit_tiny(setup, watch, {})
    parts["overfit-tiny"] = tiny
    if not cut:
        parts["lr-sweep"], cut = _lr_sweep(setup, watch, jobs, {})
    if not cut:
        layers = setup.trainable.fresh(_seed(setup)).activations(_probe(setup))
        parts["activations report"] = _judged(setup, UNTRAINED_LAYERS, layers)
    rows = tuple(
        (step, worst(f.status for f in found), _line(found)) for step, found in parts.items()
    )
    table = Table("examination", ("step", "verdict", "what was seen"), rows)
    findings = [finding for found in parts.values() for finding in found]
    report = _report(
        setup, "checkup", "Is this network fit to train?", findings, [table], interrupted=cut
    )
    return replace(report, brief=True, next_step=_next_of_checkup(setup, parts))


def warm_up() -> float:
    """Compiles what a usual run needs; answers how many seconds that took."""
    text = '[data]\ngenerator = "spiral"\nn = 30\n[model]\nhidden = [4]\n'
    setup = build(loads(text, "warm-up"), "warm-up", text)
    started = time.perf_counter()
    activations_report(setup, after=2)
    check_loss(setup)
    return time.perf_counter() - started


def _check_loss(setup: Setup) -> list[Finding]:
    batch, seed = _head(setup.train, EVALUATED), _seed(setup)
    first, second = _configured(setup, InitialLoss()), _configured(setup, Penalty())
    return [
        first.judge(*first.measure(setup.trainable, batch, seed)),
        second.judge(*second.measure(setup.trainable, batch, seed)),
    ]


def _overfit_tiny(setup: Setup, watch: Watch, given: dict[str, Any]) -> tuple[list[Finding], bool]:
    check = _configured(setup, TinyOverfit(), given)
    if check.optimizer and check.optimizer not in OPTIMIZERS.now:
        raise UsageError(
            f"there is no optimizer {check.optimizer!r}", meant(check.optimizer, OPTIMIZERS.now)
        )
    numbers = setup.rows.tolist()
    seen = check.measure(setup.trainable, setup.train, numbers, _seed(setup), watch)
    return [check.judge(seen)], seen.cancelled


def _lr_sweep(
    setup: Setup, watch: Watch, jobs: int, given: dict[str, Any]
) -> tuple[list[Finding], bool]:
    check = _configured(setup, LearningRate(), given)
    seen = check.measure(
        setup.trainable, setup.train, total_updates=setup.total_updates,
        epoch_updates=setup.epoch_updates, seed=_seed(setup), jobs=jobs, watch=watch,
    )  # fmt: skip
    return [check.judge(seen)], seen.cancelled


def _judged(
    setup: Setup, checks: Iterable[LayerCheck], layers: Sequence[LayerStats]
) -> list[Finding]:
    return [_configured(setup, check).judge(layers) for check in checks]


def _configured(setup: Setup, check: C, given: dict[str, Any] | None = None) -> C:
    """The check with the thresholds of the recipe's [checks.CODE], then with those given."""
    for code in setup.recipe.checks:
        if code not in CHECKS:
            known_codes = ", ".join(CHECKS)
            raise RecipeError(f"{setup.name}: there is no check {code}", f"there are {known_codes}")
    settings = {**setup.recipe.checks.get(check.code, {}), **(given or {})}
    known = {field.name for field in fields(check)} - {"code", "name"}
    where = f"{setup.name}: checks.{check.code}"
    for name, value in settings.items():
        if name not in known:
            raise RecipeError(
                f"{where} has no setting {name!r}", f"it has: {', '.join(sorted(known)) or 'none'}"
            )
        if not _fits(value, getattr(check, name)):
            raise RecipeError(
                f"{where}: {name} can't be {value!r}", f"it is {getattr(check, name)!r} by default"
            )
    configured = replace(check, **settings)
    low, high = getattr(configured, "low", 1), getattr(configured, "high", 2)
    if not 0 < low < high:
        raise RecipeError(f"{where}: from {low:g} to {high:g} is no range", "0 < low < high")
    if getattr(configured, "count", 3) < 3:
        raise RecipeError(f"{where}: count is less than 3", "three rates make the shortest curve")
    return configured


def _fits(value: Any, default: Any) -> bool:
    """Whether a setting may replace its default: same kind, finite, a count at least 1."""
    if isinstance(value, bool) or isinstance(default, str | tuple):
        return isinstance(default, str) and isinstance(value, str)
    if isinstance(default, int):
        return isinstance(value, int) and (value >= 1 or value == default)
    least = 0.0 if default is not None else 1e-300  # None: a rate to be chosen
    return isinstance(value, int | float) and least <= value < float("inf")


def _line(findings: Sequence[Finding]) -> str:
    bad = max(findings, key=lambda finding: finding.status.severity)
    if bad.status is not Status.OK and bad.status is not Status.SKIP:
        return f"{bad.name}: {bad.message}"
    good = [finding for finding in findings if finding.status is Status.OK]
    if len(good) > 2:
        return "no " + ", ".join(finding.name.replace("-", " ") for finding in good)
    return good[0].message if good else findings[0].message


def _next_of_checkup(setup: Setup, parts: dict[str, list[Finding]]) -> str:
    """The command that shows the worst step in full."""
    order = sorted(parts, key=lambda step: -worst(f.status for f in parts[step]).severity)
    if worst(f.status for f in parts[order[0]]).severity < Status.WARNING.severity:
        return f"nndoctor activations report {setup.argument} --after {setup.total_updates}"
    return f"nndoctor {order[0]} {setup.argument}"


NEXT = {"check-loss": "overfit-tiny", "overfit-tiny": "lr-sweep", "lr-sweep": "activations report"}


def _report(
    setup: Setup, command: str, title: str, findings: Sequence[Finding],
    evidence: Sequence[Table | Series] = (), *, interrupted: bool = False,
) -> Report:  # fmt: skip
    following = NEXT.get(command)
    sick = worst(f.status for f in findings).severity >= Status.WARNING.severity
    following = "checkup" if sick or following is None else following
    return Report(
        command=command,
        title=title,
        findings=tuple(findings),
        evidence=tuple(evidence),
        words=setup.words,
        next_step=f"nndoctor {following} {setup.argument}",
        recipe=setup.name,
        recipe_sha256=setup.sha256,
        recipe_text=setup.text,
        seed=_seed(setup),
        version=__version__,
        environment=environment(),
        interrupted=interrupted,
    )


@cache
def environment() -> dict[str, str]:
    """Versions of what results depend on."""
    packages = {name: version_of(name) for name in ("numpy", "numba", "scipy", "pandas")}
    return {"python": platform.python_version(), **packages, "platform": platform.platform()}


def _seed(setup: Setup) -> int:
    return setup.recipe.training.seed


def _head(batch: Batch, rows: int) -> Batch:
    return batch.rows(slice(0, rows)) if len(batch) > rows else batch


def _probe(setup: Setup) -> Batch:
    return _head(setup.train, PROBE)


__all__ = [
    "CHECKS", "Setup", "activations_report", "check_loss", "checkup", "compare_inits",
    "environment", "load_setup", "lr_sweep", "overfit_tiny", "range_test", "warm_up",
]  # fmt: skip
