"""What the command line can do, as functions: each examines a set-up and answers with a report."""

import platform
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from . import __version__
from .checks import CHECKS, TRAINED_LAYERS, UNTRAINED_LAYERS
from .checks.check import Check
from .checks.init.initial_loss import InitialLoss
from .checks.init.penalty import Penalty
from .checks.layers.broken_run import BrokenRun
from .checks.layers.comparison import InitComparison
from .checks.layers.layer_check import LayerCheck
from .checks.layers.statistics import statistics_table, training_table
from .checks.learning.range_test import RangeTest
from .checks.learning.rate import LearningRate
from .checks.learning.tiny_overfit import TinyOverfit
from .checks.settings import configured, refuse_unfit
from .engine import blas
from .errors import Mistake, RecipeError, UsageError
from .findings import Finding, Report, Series, Status, Table, worst
from .recipe import loads, override
from .recipe.names import OPTIMIZERS, meant
from .setup import DataSetup, Setup, build, open_setup, with_recipe
from .trainable import Batch, LayerStats, Plan
from .watch import Watch

PROBE = 1000  # rows on which layers are looked at, evenly spaced and always the same
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
    source: str | Path, target: str | Sequence[str] | None = None, set: Iterable[str] = (),
    seed: int | None = None,
) -> Setup:  # fmt: skip
    """Opens a recipe, or a data file with its target; `set` are changes such as `model.init=zeros`.

    Raises NNDoctorError with every mistake it finds.
    """
    seeds = () if seed is None else (f"training.seed={seed}",)
    setup = open_setup(source, target, (*set, *seeds))
    refuse_unfit(setup.recipe.checks, setup.name)
    return setup


@_single_threaded
def check_loss(setup: Setup, watch: Watch = SILENT) -> Report:
    """The loss of the untrained network against chance, and the rise under regularisation."""
    title, findings = "Is the first loss what chance gives?", _check_loss(setup, watch)
    return _report(setup, "check-loss", title, findings, interrupted=watch.cancelled())


@_single_threaded
def overfit_tiny(
    setup: Setup, watch: Watch = SILENT, *, rows: int | None = None, updates: int | None = None,
    rate: float | None = None, optimizer: str | None = None,
) -> Report:  # fmt: skip
    """Whether the network can learn a few rows by heart; None leaves the check's setting."""
    findings, cut = _overfit_tiny(
        setup, watch, rows=rows, updates=updates, rate=rate, optimizer=optimizer
    )
    title = "Can the network learn a few rows by heart?"
    return _report(setup, "overfit-tiny", title, findings, interrupted=cut)


@_single_threaded
def lr_sweep(
    setup: Setup, watch: Watch = SILENT, *, jobs: int = 1, low: float | None = None,
    high: float | None = None, count: int | None = None, updates: int | None = None,
) -> Report:  # fmt: skip
    """Which learning rate fits; None leaves the check's setting."""
    findings, cut = _lr_sweep(setup, watch, jobs, low=low, high=high, count=count, updates=updates)
    return _report(setup, "lr-sweep", "Which learning rate fits?", findings, interrupted=cut)


@_single_threaded
def range_test(
    setup: Setup, watch: Watch = SILENT, *, low: float | None = None, high: float | None = None,
    updates: int | None = None,
) -> Report:  # fmt: skip
    """One run under an exponentially rising rate; None leaves the check's setting."""
    check = _configured(setup, RangeTest(), low=low, high=high, updates=updates)
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
        tables += [statistics_table(trained, told, len(probe)), training_table(trace)]
        findings += [
            *_judged(setup, TRAINED_LAYERS, trained, before),
            _configured(setup, BrokenRun()).judge(trace),
        ]
    title = "What do the layers put out?"
    return _report(setup, "activations report", title, findings, tables, interrupted=cut)


@_single_threaded
def compare_inits(setup: Setup, inits: Sequence[str], watch: Watch = SILENT) -> Report:
    """The layers of the untrained network under several initialisers, side by side."""
    if not inits:
        raise UsageError("no initialiser is named", "such as xavier and he_normal")
    layers = setup.recipe.model.layers
    keys = ["model.init"] if layers is None else [
        f"model.layers[{i}].init" for i in range(len(layers) - 1)
    ]  # fmt: skip
    if layers is not None and not keys:
        raise RecipeError(f"{setup.name} has no hidden layer", "there is nothing to compare")
    others, mistakes = {}, []
    for init in inits:
        try:
            changed = override(setup.recipe, [f"{key}={init}" for key in keys])
        except RecipeError as error:
            first = error.mistakes[0]  # one for each layer
            mistakes.append(Mistake(first.problem.rpartition("init: ")[2], first.hint))
        else:
            others[init] = with_recipe(setup, changed).trainable
    if mistakes:
        raise UsageError.of(mistakes)
    watch.stage("comparing initialisers", len(others))
    probe, seen = _probe(setup), {}
    for init, other in others.items():
        if watch.cancelled():
            break
        seen[init] = other.fresh(_seed(setup)).activations(probe)
        watch.advance(len(seen))
    pathologies = [_configured(setup, check) for check in UNTRAINED_LAYERS]
    finding = _configured(setup, InitComparison()).judge(seen, pathologies)
    title, cut = "Which initialiser keeps signals alive?", len(seen) < len(others)
    return _report(setup, "activations report", title, [finding], interrupted=cut)


@_single_threaded
def checkup(setup: Setup, watch: Watch = SILENT, *, jobs: int = 1) -> Report:
    """All four in order, a line each, and what to do next."""
    parts, cut = {"check-loss": _check_loss(setup, watch)}, watch.cancelled()
    if not cut:
        parts["overfit-tiny"], cut = _overfit_tiny(setup, watch)
    if not cut:
        parts["lr-sweep"], cut = _lr_sweep(setup, watch, jobs)
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
    checkup(setup)
    return time.perf_counter() - started


def _check_loss(setup: Setup, watch: Watch) -> list[Finding]:
    batch, seed = setup.train.sample(EVALUATED), _seed(setup)
    first, second = _configured(setup, InitialLoss()), _configured(setup, Penalty())
    findings = [first.judge(*first.measure(setup.trainable, batch, seed, watch))]
    if not watch.cancelled():
        findings.append(second.judge(*second.measure(setup.trainable, batch, seed)))
    return findings


def _overfit_tiny(setup: Setup, watch: Watch, **options: Any) -> tuple[list[Finding], bool]:
    check = _configured(setup, TinyOverfit(), **options)
    if check.optimizer and check.optimizer not in OPTIMIZERS.now:
        raise UsageError(
            f"there is no optimizer {check.optimizer!r}", meant(check.optimizer, OPTIMIZERS.now)
        )
    numbers = setup.rows.tolist()
    seen = check.measure(setup.trainable, setup.train, numbers, _seed(setup), watch)
    return [check.judge(seen)], seen.cancelled


def _lr_sweep(setup: Setup, watch: Watch, jobs: int, **options: Any) -> tuple[list[Finding], bool]:
    check = _configured(setup, LearningRate(), **options)
    seen = check.measure(
        setup.trainable, setup.train, total_updates=setup.total_updates,
        epoch_updates=setup.epoch_updates, seed=_seed(setup), jobs=jobs, watch=watch,
    )  # fmt: skip
    return [check.judge(seen)], seen.cancelled


def _judged(
    setup: Setup, checks: Iterable[LayerCheck], layers: Sequence[LayerStats],
    before: Sequence[LayerStats] = (),
) -> list[Finding]:  # fmt: skip
    return [_configured(setup, check).judge(layers, before) for check in checks]


def _configured(setup: Setup | DataSetup, check: C, **options: Any) -> C:
    """The check with the settings of the recipe's [checks.CODE], then with the options given."""
    return configured(check, setup.recipe.checks.get(check.code, {}), options)


def _line(findings: Sequence[Finding]) -> str:
    bad = max(findings, key=lambda finding: finding.status.severity)
    if bad.status is not Status.OK and bad.status is not Status.SKIP:
        return f"{bad.name}: {bad.message}"
    good = [finding for finding in findings if finding.status is Status.OK]
    if len(good) > 2:
        return "within bounds: " + ", ".join(finding.name.replace("-", " ") for finding in good)
    return good[0].message if good else findings[0].message


def _next_of_checkup(setup: Setup, parts: dict[str, list[Finding]]) -> str:
    """The command that shows the worst step in full."""
    order = sorted(parts, key=lambda step: -worst(f.status for f in parts[step]).severity)
    if worst(f.status for f in parts[order[0]]).severity < Status.WARNING.severity:
        return f"nndoctor activations report {setup.argument} --after {setup.total_updates}"
    return f"nndoctor {order[0]} {setup.argument}"


NEXT = {"check-loss": "overfit-tiny", "overfit-tiny": "lr-sweep", "lr-sweep": "activations report"}


def _report(
    setup: Setup | DataSetup, command: str, title: str, findings: Sequence[Finding],
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


def _seed(setup: Setup | DataSetup) -> int:
    return setup.recipe.training.seed


def _probe(setup: Setup) -> Batch:
    return setup.train.sample(PROBE)


__all__ = [
    "CHECKS", "Setup", "activations_report", "check_loss", "checkup", "compare_inits",
    "environment", "load_setup", "lr_sweep", "overfit_tiny", "range_test", "warm_up",
]  # fmt: skip
