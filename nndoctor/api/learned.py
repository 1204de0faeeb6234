"""What whole runs learned: better than guessing, and without learning their rows by heart."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ..checks.generalization.overfitting import Curves, Overfitting
from ..checks.learning.guessing import BetterThanGuessing
from ..findings import Finding, Status, Table
from ..training import Ending, Run
from .common import Examined, with_settings
from .whole_runs import WholeRun

if TYPE_CHECKING:
    from ..training.fit import Trainee

BROKEN = (Ending.EXPLODED, Ending.NON_FINITE_LOSS)
UNVALIDATED = "there are no validation rows: data.validation = 0.2 holds some back"


def learned(setup: Examined, network: "Trainee", run: Run) -> list[Finding]:
    """Whether the network does better than guessing, and whether its validation loss rises."""
    guessing = with_settings(setup, BetterThanGuessing())
    if run.ending in BROKEN:
        why = "training broke"
        return [guessing.skip(why), overfitting(setup, (), why)]
    seen = guessing.measure(
        setup.trainable.task, network, setup.train, setup.validation, setup.test
    )
    rising = overfitting(setup, [(network, run)], "" if setup.validation else UNVALIDATED)
    return [guessing.judge(seen), replace(rising, evidence=())]  # the run's own curves are shown


def overfitting(
    setup: Examined, trained: Sequence[tuple["Trainee", Run]], why: str = ""
) -> Finding:
    """Whether the validation loss rises while the training loss falls; `why` it can't be asked."""
    check = with_settings(setup, Overfitting())
    if why:
        return check.skip(why)
    curves = [_curves(setup, network, run) for network, run in trained]
    return check.judge([check.measure(one) for one in curves], curves)


def climbing(seen: WholeRun | None) -> list[Finding]:
    """ND702 of one run as the recipe says, without curves, which are drawn with others."""
    if seen is None or seen.setup.validation is None or seen.broken:
        return []
    found = overfitting(seen.setup, [(seen.network, seen.run)])
    return [replace(found, evidence=tuple(p for p in found.evidence if isinstance(p, Table)))]


def headline(findings: Sequence[Finding]) -> str:
    """What was learned, in a few words; "" where training broke."""
    broken, guessing, rising = (
        next((f for f in findings if f.code == code), None) for code in ("ND607", "ND405", "ND702")
    )
    if broken is not None and broken.status is not Status.OK:
        return ""
    told = [] if guessing is None or guessing.status is Status.SKIP else [guessing.message]
    if rising is not None and rising.status.severity >= Status.NOTE.severity:
        told.append(rising.message.partition(": validation loss")[0])
    return "; ".join(told)


def _curves(setup: Examined, network: "Trainee", run: Run) -> Curves:
    return Curves(
        network.seed,
        tuple(epoch.number for epoch in run.epochs),
        tuple(epoch.loss for epoch in run.epochs),
        tuple(epoch.validation_loss for epoch in run.epochs),
        run.best is not None,
        BetterThanGuessing().knows(setup.trainable.task, network, setup.train),
    )
