"""What a set-up shows before any experiment: one run of it, a rising rate, twenty rows."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from ..checks.layers.broken_run import BrokenRun
from ..checks.layers.unit_census import UnitCensus
from ..checks.learning.range_test import RangeTest
from ..checks.learning.tiny_overfit import TinyOverfit
from ..checks.training.plateau import Plateau
from ..findings import Finding, Status
from ..watch import Unseen, Watch
from .common import PROBE, Examined, guarded, seed_of, with_settings
from .running import course_findings, watched_run

TINY = 1.0  # nominal seconds that learning twenty rows by heart may take


def senses(setup: Examined, cost: float, most: float, watch: Watch) -> list[Finding]:
    """Findings of one run, of its units, of one run under a rising rate, and of twenty rows where
    the whole run learned nothing.

    None where a run, which takes `cost`, takes more than `most` seconds of nominal work. Runs that
    break are told by the diagnosis itself, which sees several.
    """
    if cost > most:
        return []
    watch.stage("one run as it is, a rising rate, twenty rows")
    quiet = Unseen(watch)
    course, model = watched_run(setup, quiet, None)
    if setup.trainable.full_batch:
        found = course_findings(setup, course, model)
    else:
        ramp = _range_test(setup, quiet)
        course = replace(course, suggestion=ramp.measured)
        found = [*course_findings(setup, course, model), ramp]
    found.append(_units(setup, quiet))
    if most > TINY and _stands_still(found):
        found.append(_tiny(setup, quiet))
    return [one for one in found if one.code != BrokenRun.code]


def _stands_still(found: Sequence[Finding]) -> bool:
    """Whether it never got below what a constant prediction gives: can it learn anything?"""
    loud = (Status.WARNING, Status.ERROR)
    return any(one.code == Plateau.code and one.status in loud for one in found)


def _range_test(setup: Examined, watch: Watch) -> Finding:
    check = with_settings(setup, RangeTest())

    def judged() -> Finding:
        seen = check.measure(setup.trainable, setup.train, seed=seed_of(setup), watch=watch)
        return check.judge(seen, setup.trainable.rate)

    found = guarded(check, judged)
    return found if found.status is Status.OK else replace(found, measured=None)


def _units(setup: Examined, watch: Watch) -> Finding:
    check = with_settings(setup, UnitCensus())
    measure = partial(
        check.measure,
        setup.trainable,
        setup.train,
        setup.train.sample(PROBE),
        updates=setup.total_updates,
        seed=seed_of(setup),
        watch=watch,
    )
    return guarded(check, lambda: check.judge(measure()))


def _tiny(setup: Examined, watch: Watch) -> Finding:
    check = with_settings(setup, TinyOverfit())
    rows = setup.rows.tolist()
    measure = partial(check.measure, setup.trainable, setup.train, rows, seed_of(setup), watch)
    return guarded(check, lambda: check.judge(measure()))
