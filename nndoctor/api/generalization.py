"""How a trained set-up fares on rows it has not seen, as a function."""

from dataclasses import replace
from statistics import median_low

from ..adapters.network import Network
from ..checks.generalization.bias_variance import BiasVariance
from ..checks.generalization.easier_validation import EasierValidation
from ..checks.generalization.learning_curve import LearningCurve
from ..checks.generalization.mismatch import Mismatch
from ..checks.measures.errors_by_seed import errors, why_not
from ..checks.measures.parallel import run_all
from ..findings import Finding, Report, Status
from ..recipe import override
from ..setup import Setup, with_recipe
from ..training import Ending, Run, fit
from ..watch import Watch
from .common import SILENT, make_report, seed_of, single_threaded, with_settings
from .learned import overfitting

Trained = tuple[Network, Run]


@single_threaded
def bias_variance(
    setup: Setup, watch: Watch = SILENT, *, target_error: float | None = None,
    epochs: int | None = None, learning_curve: bool = True, jobs: int = 1,
) -> Report:  # fmt: skip
    """Errors on training and validation rows after whole runs, and what they say.

    None leaves the recipe's epochs and the check's target error.
    """
    parts = with_settings(setup, BiasVariance(), target_error=target_error)
    if epochs is not None:
        setup = with_recipe(setup, override(setup.recipe, [f"training.epochs={epochs}"]))
    why = why_not(setup.validation)
    trained = [] if why else _trained(setup, parts.seeds, jobs, watch)
    findings = _of_whole_runs(setup, parts, trained, why or "interrupted")
    if trained:
        made = median_low([_updates(run) for _, run in trained])
        findings += _of_other_rows(setup, max(made, 1), learning_curve, jobs, watch)
    title, cut = "Bias or variance?", watch.cancelled()
    report = make_report(setup, "bias-variance", title, findings, interrupted=cut)
    bad = max(findings, key=lambda finding: finding.status.severity)
    if bad.status.severity < Status.WARNING.severity:
        return report
    return replace(report, next_step=f"{bad.name}: {bad.advice}")


def _trained(setup: Setup, seeds: int, jobs: int, watch: Watch) -> list[Trained]:
    """Whole runs of all seeds; none where the user broke off."""

    def one(number: int) -> Trained | None:
        seed = seed_of(setup) + number
        network = setup.trainable.fresh(seed)
        run = fit(network, setup.train, setup.validation, setup.course(), watch)
        return None if run.ending is Ending.INTERRUPTED else (network, run)

    runs = [trained for trained in run_all(one, range(seeds), jobs) if trained is not None]
    return runs if len(runs) == seeds else []


def _updates(run: Run) -> int:
    """How many made the network what it is."""
    return run.trace.updates if run.best is None else run.best.updates


def _of_whole_runs(
    setup: Setup, parts: BiasVariance, trained: list[Trained], why: str
) -> list[Finding]:
    easier = with_settings(setup, EasierValidation())
    if not trained or setup.validation is None:
        return [parts.skip(why), overfitting(setup, (), why), easier.skip(why)]
    models = [network for network, _ in trained]
    seen = errors(setup.trainable.task, models, setup.train, setup.validation)
    return [parts.judge(seen), overfitting(setup, trained), easier.judge(seen)]


def _of_other_rows(
    setup: Setup, updates: int, learning_curve: bool, jobs: int, watch: Watch
) -> list[Finding]:
    """What needs further runs, on fewer rows."""
    second = isinstance(setup.recipe.data.validation, str)
    found, seed = [], seed_of(setup)
    if learning_curve:
        check = with_settings(setup, LearningCurve())
        curve = check.measure(
            setup.trainable, setup.train, setup.validation, updates=updates, seed=seed, jobs=jobs,
            watch=watch,
        )  # fmt: skip
        found.append(check.judge(curve))
    other = with_settings(setup, Mismatch())
    seen = other.measure(
        setup.trainable, setup.train, setup.validation, second_file=second, updates=updates,
        seed=seed, jobs=jobs, watch=watch,
    )  # fmt: skip
    return [*found, other.judge(seen)]
