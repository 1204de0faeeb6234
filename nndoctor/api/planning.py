"""What `nndoctor setup` can do, as functions: a recipe is examined, nothing of it is run."""

from dataclasses import replace
from functools import partial

from ..checks.measures.design import Design, design
from ..checks.setup import SETUP_CHECKS
from ..findings import Report, Table
from ..setup import Setup, blueprint
from ..watch import Watch
from .common import SILENT, Examined, guarded, make_report, single_threaded, with_settings
from .own_code import torch_setup_report


@single_threaded
def setup_report(setup: Examined, watch: Watch = SILENT) -> Report:
    """Whether the parts of a set-up fit together, told without training; the worst first."""
    if not isinstance(setup, Setup):
        return torch_setup_report(setup, watch)
    seen = design(blueprint(setup), setup.trainable.task, setup.train)
    own = (with_settings(setup, check) for check in SETUP_CHECKS)
    findings = [guarded(check, partial(check.examine, seen)) for check in own]
    findings.sort(key=lambda finding: -finding.status.severity)
    title = "Do the parts of the set-up fit together?"
    report = make_report(setup, "setup report", title, findings, [_table(seen)], sound="the set-up")
    return replace(report, next_step=f"nndoctor checkup {setup.argument}")


def _table(seen: Design) -> Table:
    """One row a layer, and the run below it."""
    rows = tuple(
        (x.name, x.inputs, x.units, x.activation, x.init, x.norm or None, x.dropout or None)
        for x in seen.plan.layers
    )
    plan = seen.plan
    caption = (
        f"{plan.parameters} parameters, {plan.rows} rows; {plan.updates} updates of "
        f"{plan.batch_size} rows by {plan.optimizer} at {plan.rate:g}, {plan.schedule}"
    )
    heads = ("layer", "inputs", "units", "activation", "init", "norm", "dropout")
    return Table("layers", heads, rows, caption)
