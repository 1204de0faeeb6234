"""What is asked of a program of a user's own, beside what is asked of any set-up."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from ..checks import OWN_CODE_CHECKS
from ..diagnosis.diagnosis import Diagnosis
from ..diagnosis.examination import suspect
from ..diagnosis.overview import steps
from ..findings import Finding, Report, Status, Table, Verdict
from ..setup import TorchSetup
from ..watch import Watch
from .common import PROBE, guarded, make_report, seed_of, wanted, with_settings
from .examining import check_loss
from .running import course_findings, watched_run
from .untrained import untrained_layers

LONGEST = 500  # updates of the run that a checkup watches
FURTHER = "overfit-tiny, lr-sweep, updates, grad-check and train examine it further"


def own_code(setup: TorchSetup, watch: Watch) -> list[Finding]:
    """The findings of every check of own code, the worst first."""
    watch.stage("one batch and thirty updates, on copies")
    facts = setup.trainable.own_code(setup.train, seed_of(setup))
    own = (with_settings(setup, check) for check in OWN_CODE_CHECKS)
    found = [guarded(check, partial(check.judge, facts)) for check in own]
    return sorted(found, key=lambda finding: -finding.status.severity)


def torch_setup_report(setup: TorchSetup, watch: Watch) -> Report:
    """Whether the parts of a PyTorch set-up fit together."""
    found = own_code(setup, watch)
    title = "Do the parts of the set-up fit together?"
    return make_report(
        setup, "setup report", title, found, [_table(setup)], sound="the set-up",
        interrupted=watch.cancelled(),
    )  # fmt: skip


def torch_checkup(setup: TorchSetup, watch: Watch, fast: bool) -> Diagnosis:
    """What own code, the untrained model and, unless `fast`, one run show; no change is tried."""
    found = own_code(setup, watch)
    if not watch.cancelled():
        found += check_loss(setup, watch).findings
        probe = setup.train.sample(PROBE)
        layers = setup.trainable.fresh(seed_of(setup)).activations(probe)
        found += untrained_layers(setup, layers, probe)
    if not fast and not watch.cancelled():
        course, model = watched_run(setup, watch, min(setup.total_updates, LONGEST))
        found += course_findings(setup, course, model)
    found = wanted(setup, found)
    told = replace(suspect(found), interrupted=watch.cancelled(), words=setup.words)
    wrong = [one for one in found if one.code.startswith("ND8") and one.status is Status.ERROR]
    verdict = Verdict.SICK if wrong else told.verdict
    told = replace(told, verdict=verdict, sentence=_sentence(wrong, told))
    return replace(told, steps=steps(told))


def _sentence(wrong: Sequence[Finding], told: Diagnosis) -> str:
    """What is known, and that nothing was tried."""
    if wrong:
        return f"{wrong[0].message}; no change is tried on a PyTorch set-up: {FURTHER}"
    found = "these are suspicions" if told.causes else "nothing stands out"
    return f"{found}; no change is tried on a PyTorch set-up, so nothing is proven: {FURTHER}"


def _table(setup: TorchSetup) -> Table:
    """One row a layer, as it runs."""
    model = setup.trainable.fresh(seed_of(setup))
    weights = model.weights()
    rows = tuple(
        (one.name, *weights[one.name].shape, one.activation)
        for one in model.activations(setup.train.sample(PROBE))
        if one.name in weights
    )
    heads = ("layer", "inputs", "units", "activation")
    return Table("layers", heads, rows, "in the order in which they run")
