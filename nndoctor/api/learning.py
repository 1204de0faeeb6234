"""Whether a set-up learns, held against simpler models and shuffled labels, as functions."""

from ..checks.learning.capacity import Capacity
from ..checks.learning.input_independent import InputIndependent
from ..checks.learning.simple_baselines import SimpleBaselines
from ..checks.measures.row_errors import error_name
from ..checks.measures.whole_runs import train_all
from ..findings import Report
from ..watch import Watch
from .common import SILENT, Examined, make_report, seed_of, single_threaded, with_settings


@single_threaded
def baselines(setup: Examined, watch: Watch = SILENT, *, jobs: int = 1) -> Report:
    """Whether training beats a network without inputs, a constant prediction and a linear model."""
    blind = with_settings(setup, InputIndependent())
    simple = with_settings(setup, SimpleBaselines())
    mlp, updates, title = setup.trainable, setup.total_updates, "Does it learn from its inputs?"
    trials = [(setup.train, seed_of(setup) + number) for number in range(blind.seeds)]
    text = f"training {len(trials)} networks, {updates} updates each"
    runs = train_all(mlp, trials, updates, text, jobs, watch)
    if len(runs) < len(trials):
        findings = [blind.judge(()), simple.skip("interrupted")]
        return make_report(setup, "baselines", title, findings, interrupted=True)
    compared = simple.measure(mlp.task, runs, setup.train, setup.validation)
    pairs = blind.measure(mlp, setup.train, runs, updates=updates, jobs=jobs, watch=watch)
    findings = [blind.judge(pairs, error_name(mlp.task)), simple.judge(compared)]
    sound = {
        "ND402": "it learns from its inputs",
        "ND403": "it beats a constant prediction on its training rows, and a linear model is not "
        "shown to beat it",
    }
    return make_report(setup, "baselines", title, findings, interrupted=not pairs, sound=sound)


@single_threaded
def capacity(
    setup: Examined,
    watch: Watch = SILENT,
    *,
    jobs: int = 1,
    rows: int | None = None,
    epochs: int | None = None,
) -> Report:
    """How fast true and shuffled labels are learned by heart; None leaves the check's setting."""
    check = with_settings(setup, Capacity(), rows=rows, epochs=epochs)
    seen = check.measure(
        setup.trainable,
        setup.train,
        setup.validation,
        rate=setup.trainable.rate,
        epoch_updates=setup.epoch_updates,
        seed=seed_of(setup),
        jobs=jobs,
        watch=watch,
    )
    title = "Can it memorise, and do the labels carry any signal?"
    found, cut = [check.judge(seen)], seen.cancelled
    sound = {"ND404": "the labels carry signal, and the network can memorise them"}
    return make_report(setup, "capacity", title, found, interrupted=cut, sound=sound)
