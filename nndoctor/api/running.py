"""Functions that run a set-up as it is and judge what happened on the way."""

from functools import partial

from ..checks.layers.broken_run import BrokenRun
from ..checks.layers.rank_collapse import RankCollapse
from ..checks.layers.stretch import StackStretch
from ..checks.layers.training_and_use import TrainingAndUse
from ..checks.layers.unit_census import Census, UnitCensus
from ..checks.measures.course import Course, watched
from ..checks.measures.layer_table import layer_table, loss_curve
from ..checks.training import COURSE_CHECKS
from ..findings import Finding, Report
from ..trainable import Model
from ..watch import Watch
from .common import (
    PROBE,
    SILENT,
    Examined,
    guarded,
    make_report,
    seed_of,
    single_threaded,
    with_settings,
)


@single_threaded
def updates_report(setup: Examined, watch: Watch = SILENT, *, updates: int | None = None) -> Report:
    """One run, whole unless `updates` says how much of it: loss, updates, gradients, weights."""
    course, model = watched_run(setup, watch, updates)
    report = make_report(
        setup,
        "updates",
        "What do the updates do to loss and weights?",
        course_findings(setup, course, model),
        [loss_curve(course), layer_table(course)],
        interrupted=course.cancelled,
        sound=f"{course.trace.updates} updates and their layers",
    )
    return report


@single_threaded
def dead_units_report(
    setup: Examined, watch: Watch = SILENT, *, after: int | None = None
) -> Report:
    """Which units are dead, since when and why; after the whole run unless `after` is given."""
    check = with_settings(setup, UnitCensus())
    seen = check.measure(
        setup.trainable,
        setup.train,
        setup.train.sample(PROBE),
        updates=setup.total_updates if after is None else after,
        seed=seed_of(setup),
        watch=watch,
    )
    cut = isinstance(seen, Census) and seen.cancelled
    title, found = "Which units are dead, and why?", check.judge(seen)
    sound = {found.code: found.message}
    return make_report(setup, "dead-units", title, [found], interrupted=cut, sound=sound)


def watched_run(setup: Examined, watch: Watch, updates: int | None) -> tuple[Course, Model]:
    """A run as it is, whole where `updates` is None, and the network at its end."""
    return watched(
        setup.trainable,
        setup.train,
        setup.train.sample(PROBE),
        updates=setup.total_updates if updates is None else updates,
        epoch_updates=setup.epoch_updates,
        seed=seed_of(setup),
        watch=watch,
    )


def course_findings(setup: Examined, course: Course, model: Model) -> list[Finding]:
    """What a watched run says: its course, whether it broke, the rank of what layers put out."""
    rank, stretch = with_settings(setup, RankCollapse()), with_settings(setup, StackStretch())
    modes, size = with_settings(setup, TrainingAndUse()), setup.trainable.batch_size
    probe, task = setup.train.sample(PROBE), setup.trainable.task
    own = (with_settings(setup, check) for check in COURSE_CHECKS)
    return [
        *(guarded(check, partial(check.examine, course)) for check in own),
        with_settings(setup, BrokenRun()).judge(course.trace),
        rank.judge(rank.measure(model, task, probe), course.overshot),
        stretch.judge(stretch.measure(model, probe)),
        modes.judge(modes.measure(model, setup.train, size, course.first, seed_of(setup))),
    ]
