"""Functions that examine a set-up, one for each command; each answers with a report."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from ..checks.init.initial_loss import InitialLoss
from ..checks.init.penalty import Penalty
from ..checks.init.prior import PriorAtStart
from ..checks.init.probabilities import Undecided
from ..checks.layers import TRAINED_LAYERS, UNTRAINED_LAYERS
from ..checks.layers.broken_run import BrokenRun
from ..checks.layers.comparison import InitComparison
from ..checks.layers.layer_check import LayerCheck
from ..checks.learning.range_test import RangeTest
from ..checks.learning.rate import LearningRate
from ..checks.learning.tiny_overfit import TinyOverfit
from ..checks.measures.gradient_signs import one_signed
from ..checks.measures.layer_statistics import before_table, statistics_table, training_table
from ..errors import Mistake, RecipeError, UsageError
from ..findings import Finding, Report
from ..recipe import override
from ..recipe.editing import edit
from ..recipe.names import OPTIMIZERS, meant
from ..setup import Setup, with_recipe
from ..trainable import Batch, LayerStats, Plan
from ..watch import Watch
from .common import (
    NEEDS_RECIPE,
    PROBE,
    SILENT,
    Examined,
    guarded,
    make_report,
    seed_of,
    single_threaded,
    with_settings,
)
from .untrained import untrained_layers

EVALUATED = 5000  # rows on which an initial loss is measured


@single_threaded
def check_loss(setup: Examined, watch: Watch = SILENT) -> Report:
    """The loss of the untrained network against chance, and the rise under regularisation."""
    title, findings = "Is the first loss at the level of chance?", _check_loss(setup, watch)
    sound = {
        "ND301": "the first loss is at the level of chance",
        "ND302": "a penalty raises it by exactly its own size",
        "ND310": "no class is preferred",
    }
    cut = watch.cancelled()
    return make_report(setup, "check-loss", title, findings, interrupted=cut, sound=sound)


@single_threaded
def overfit_tiny(
    setup: Examined,
    watch: Watch = SILENT,
    *,
    rows: int | None = None,
    updates: int | None = None,
    rate: float | None = None,
    optimizer: str | None = None,
) -> Report:
    """Whether the network can learn a few rows by heart; None leaves the check's setting."""
    findings, cut = _overfit_tiny(
        setup, watch, rows=rows, updates=updates, rate=rate, optimizer=optimizer
    )
    title = "Can the network memorise a few rows?"
    sound = {"ND401": "a few rows can be memorised, so signals and gradients flow"}
    return make_report(setup, "overfit-tiny", title, findings, interrupted=cut, sound=sound)


@single_threaded
def lr_sweep(
    setup: Examined,
    watch: Watch = SILENT,
    *,
    jobs: int = 1,
    low: float | None = None,
    high: float | None = None,
    count: int | None = None,
    updates: int | None = None,
) -> Report:
    """Which learning rate fits; None leaves the check's setting."""
    findings, cut = _lr_sweep(setup, watch, jobs, low=low, high=high, count=count, updates=updates)
    title = "Which learning rate fits?"
    return make_report(setup, "lr-sweep", title, findings, interrupted=cut, sound=_said(findings))


@single_threaded
def range_test(
    setup: Examined,
    watch: Watch = SILENT,
    *,
    low: float | None = None,
    high: float | None = None,
    updates: int | None = None,
) -> Report:
    """One run under an exponentially rising rate; None leaves the check's setting."""
    check = with_settings(setup, RangeTest(), low=low, high=high, updates=updates)
    title = "Which learning rate fits, from one run at rising rates?"
    if setup.trainable.full_batch:
        return make_report(setup, "lr-sweep", title, [check.skip(_no_rate(setup))])
    seen = check.measure(setup.trainable, setup.train, seed=seed_of(setup), watch=watch)
    found, cut = [check.judge(seen)], seen.cancelled
    return make_report(setup, "lr-sweep", title, found, interrupted=cut, sound=_said(found))


@single_threaded
def activations_report(setup: Examined, watch: Watch = SILENT, *, after: int = 0) -> Report:
    """What each layer puts out, untrained and after some updates."""
    probe = _probe(setup)
    model = setup.trainable.fresh(seed_of(setup))
    watch.stage("looking at the layers")
    before = model.activations(probe)
    tables = [
        statistics_table(before, "untrained", len(probe)),
        before_table(before, one_signed(model, probe), "untrained, before the activation"),
    ]
    findings = untrained_layers(setup, before, probe)
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
        tables += [
            statistics_table(trained, told, len(probe)),
            before_table(trained, one_signed(model, probe), f"{told}, before the activation"),
            training_table(trace),
        ]
        findings += [
            *_judged(setup, TRAINED_LAYERS, trained, before),
            with_settings(setup, BrokenRun()).judge(trace),
        ]
    title = "What do the layers output?"
    when = f"untrained and after {trace.updates} updates" if after else "untrained"
    return make_report(
        setup,
        "activations report",
        title,
        findings,
        tables,
        interrupted=cut,
        sound=f"the layers, {when},",
    )


@single_threaded
def compare_inits(setup: Examined, inits: Sequence[str], watch: Watch = SILENT) -> Report:
    """The layers of the untrained network under several initialisers, side by side."""
    if not inits:
        raise UsageError("no initialiser is named", "such as xavier and he_normal")
    if not isinstance(setup, Setup):
        raise UsageError("initialisers of a PyTorch model are its own", NEEDS_RECIPE)
    layers = setup.recipe.model.layers
    keys = (
        ["model.init"]
        if layers is None
        else [f"model.layers[{i}].init" for i in range(len(layers) - 1)]
    )
    if layers is not None and not keys:
        raise RecipeError(f"{setup.name} has no hidden layer", "there is nothing to compare")
    drawn = edit(setup.recipe, {"model.weights": None})
    others, mistakes = {}, []
    for init in inits:
        try:
            changed = override(drawn, [f"{key}={init}" for key in keys])
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
        seen[init] = other.fresh(seed_of(setup)).activations(probe)
        watch.advance(len(seen))
    pathologies = [with_settings(setup, check) for check in UNTRAINED_LAYERS]
    finding = with_settings(setup, InitComparison()).judge(seen, pathologies)
    title, cut = "Which initialiser keeps signals alive?", len(seen) < len(others)
    return make_report(
        setup, "activations report", title, [finding], interrupted=cut, sound=_said([finding])
    )


def _check_loss(setup: Examined, watch: Watch) -> list[Finding]:
    batch, seed = setup.train.sample(EVALUATED), seed_of(setup)
    first, second = with_settings(setup, InitialLoss()), with_settings(setup, Penalty())
    losses, levels = first.measure(setup.trainable, batch, seed, watch)
    prior = with_settings(setup, PriorAtStart())
    trained = isinstance(setup, Setup) and setup.trainable.start is not None
    findings = [first.judge(losses, levels, trained), prior.judge(losses, levels)]
    if not watch.cancelled():
        findings.append(second.judge(*second.measure(setup.trainable, batch, seed)))
        third = with_settings(setup, Undecided())
        if trained:
            return [*findings, third.skip("it starts from weights that were trained")]
        findings.append(third.judge(third.measure(setup.trainable, batch, seed)))
    return findings


def _overfit_tiny(setup: Examined, watch: Watch, **options: Any) -> tuple[list[Finding], bool]:
    check = with_settings(setup, TinyOverfit(), **options)
    if check.optimizer and check.optimizer not in OPTIMIZERS.names:
        raise UsageError(
            f"there is no optimizer {check.optimizer!r}", meant(check.optimizer, OPTIMIZERS.names)
        )
    numbers = setup.rows.tolist()
    seen = check.measure(setup.trainable, setup.train, numbers, seed_of(setup), watch)
    return [check.judge(seen)], seen.cancelled


def _lr_sweep(
    setup: Examined, watch: Watch, jobs: int, **options: Any
) -> tuple[list[Finding], bool]:
    check = with_settings(setup, LearningRate(), **options)
    if setup.trainable.full_batch:
        return [check.skip(_no_rate(setup))], False
    seen = check.measure(
        setup.trainable,
        setup.train,
        total_updates=setup.total_updates,
        epoch_updates=setup.epoch_updates,
        seed=seed_of(setup),
        jobs=jobs,
        watch=watch,
    )
    return [check.judge(seen)], seen.cancelled


def _said(findings: Sequence[Finding]) -> dict[str, str]:
    """A check that measures something says it best itself."""
    return {finding.code: finding.message for finding in findings}


def _no_rate(setup: Examined) -> str:
    return f"{setup.optimizer} finds the length of its steps itself: it has no learning rate"


def _judged(
    setup: Examined,
    checks: Iterable[LayerCheck],
    layers: Sequence[LayerStats],
    before: Sequence[LayerStats] = (),
) -> list[Finding]:
    own = (with_settings(setup, check) for check in checks)
    return [guarded(check, partial(check.judge, layers, before)) for check in own]


def _probe(setup: Examined) -> Batch:
    return setup.train.sample(PROBE)
