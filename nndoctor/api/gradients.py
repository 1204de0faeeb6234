"""What `nndoctor grad-check` can do, as a function."""

from ..checks.init.gradient_check import GradientCheck
from ..findings import Report
from ..watch import Watch
from .common import SILENT, Examined, make_report, seed_of, single_threaded, with_settings


@single_threaded
def grad_check(
    setup: Examined,
    watch: Watch = SILENT,
    *,
    rows: int | None = None,
    samples: int | None = None,
    after: int | None = None,
) -> Report:
    """Whether the gradient is the slope of the cost; None leaves the check's setting."""
    check = with_settings(setup, GradientCheck(), rows=rows, samples=samples, after=after)
    found = check.judge(check.measure(setup.trainable, setup.train, seed_of(setup), watch))
    title, cut = "Is the gradient the slope of the cost?", watch.cancelled()
    sound = {"ND312": "the gradients are right"}
    return make_report(setup, "grad-check", title, [found], interrupted=cut, sound=sound)
