"""How a trained set-up fares on rows it has not seen, as a function."""

from collections.abc import Sequence
from dataclasses import replace
from statistics import median_low
from typing import TYPE_CHECKING

from ..checks.generalization.bias_variance import BiasVariance
from ..checks.generalization.easier_validation import EasierValidation
from ..checks.generalization.learning_curve import LearningCurve
from ..checks.generalization.mismatch import Mismatch
from ..checks.measures.errors_by_seed import errors, why_not
from ..findings import Finding, Report, Status, worst
from ..recipe import override
from ..running import spread
from ..setup import Setup, with_recipe
from ..training import Ending, Run, fit
from ..watch import Watch
from .common import SILENT, Examined, make_report, seed_of, single_threaded, with_settings
from .learned import overfitting

if TYPE_CHECKING:
    from ..training.fit import Trainee

    Trained = tuple[Trainee, Run]


@single_threaded
def bias_variance(
    setup: Examined,
    watch: Watch = SILENT,
    *,
    target_error: float | None = None,
    epochs: int | None = None,
    learning_curve: bool = True,
    jobs: int = 1,
) -> Report:
    """Errors on training and validation rows after whole runs, and what they say.

    None leaves the recipe's epochs and the check's target error.
    """
    parts = with_settings(setup, BiasVariance(), target_error=target_error)
    if epochs is not None:
        setup = _for(setup, epochs)
    why = why_not(setup.validation)
    trained = [] if why else _trained(setup, parts.seeds, jobs, watch)
    others, more_rows = _of_other_rows(setup, trained, learning_curve, jobs, watch)
    findings = [*_of_whole_runs(setup, parts, trained, more_rows, why or "interrupted"), *others]
    title, cut = "Bias or variance?", watch.cancelled()
    report = make_report(setup, "bias-variance", title, findings, interrupted=cut)
    if setup.test:
        aside = f"the {len(setup.test)} test rows are left alone: `nndoctor train` scores them"
        report = replace(report, words=(*report.words, aside))
    if not cut:
        report = replace(report, headline=_headline(report.findings))
    return report


def _for(setup: Examined, epochs: int) -> Examined:
    """The set-up with so many epochs."""
    if isinstance(setup, Setup):
        return with_recipe(setup, override(setup.recipe, [f"training.epochs={epochs}"]))
    return replace(setup, epochs=epochs)


def _headline(findings: Sequence[Finding]) -> str:
    """What stands before the colon in all that is not ok; where all is, what was asked first."""
    asked = [f for f in findings if f.status is not Status.SKIP]
    told = [f for f in asked if f.status is not Status.OK] or asked[:1]
    clauses = "; ".join(finding.message.partition(": ")[0] for finding in told)
    return "remarked: " * (worst(f.status for f in told) is Status.NOTE) + clauses


def _trained(setup: Examined, seeds: int, jobs: int, watch: Watch) -> "list[Trained]":
    """Whole runs of all seeds; none where the user broke off."""

    def one(number: int, own: Watch) -> "Trained | None":
        network = setup.trainable.fresh(seed_of(setup) + number)
        run = fit(network, setup.train, setup.validation, setup.course(), own)
        return None if run.ending is Ending.INTERRUPTED else (network, run)

    watch.stage(f"whole runs, {seeds} seeds", setup.total_updates * seeds)
    runs = spread(one, range(seeds), jobs, watch, setup.total_updates)
    whole = [trained for trained in runs if trained is not None]
    return whole if len(whole) == seeds else []


def _updates(run: Run) -> int:
    """How many made the network what it is."""
    return run.trace.updates if run.best is None else run.best.updates


def _of_whole_runs(
    setup: Examined, parts: BiasVariance, trained: "list[Trained]", more_rows: bool | None, why: str
) -> list[Finding]:
    easier = with_settings(setup, EasierValidation())
    if not trained or setup.validation is None:
        return [parts.skip(why), overfitting(setup, (), why), easier.skip(why)]
    models = [network for network, _ in trained]
    seen = errors(setup.trainable.task, models, setup.train, setup.validation)
    rising = overfitting(setup, trained)
    climbing = rising.status in (Status.NOTE, Status.WARNING)
    return [parts.judge(seen, more_rows, climbing), rising, easier.judge(seen)]


def _of_other_rows(
    setup: Examined, trained: "list[Trained]", learning_curve: bool, jobs: int, watch: Watch
) -> tuple[list[Finding], bool | None]:
    """What needs further runs, on fewer rows; and whether more rows help, if that is known."""
    if not trained:
        return [], None
    updates = max(median_low([_updates(run) for _, run in trained]), 1)
    second = isinstance(setup, Setup) and isinstance(setup.recipe.data.validation, str)
    found, seed, more_rows = [], seed_of(setup), None
    if learning_curve:
        check = with_settings(setup, LearningCurve())
        curve = check.measure(
            setup.trainable,
            setup.train,
            setup.validation,
            updates=updates,
            seed=seed,
            jobs=jobs,
            watch=watch,
        )
        found.append(check.judge(curve))
        more_rows = check.more_rows(curve)
    other = with_settings(setup, Mismatch())
    seen = other.measure(
        setup.trainable,
        setup.train,
        setup.validation,
        second_file=second,
        updates=updates,
        seed=seed,
        jobs=jobs,
        watch=watch,
    )
    return [*found, other.judge(seen)], more_rows
