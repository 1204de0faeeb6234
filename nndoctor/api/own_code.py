"""What is asked of a program of a user's own, beside what is asked of any set-up."""

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from ..checks.measures.design import design, facts_of_targets
from ..checks.own_code import OWN_CODE_CHECKS
from ..checks.setup.batch_size import BatchSize
from ..checks.setup.hidden_activation import HiddenActivation
from ..checks.setup.loss_reduction import LossReduction, Sum
from ..checks.setup.optimizer_settings import OptimizerSettings
from ..checks.setup.output_activation import OutputActivation
from ..checks.setup.penalty_strength import PenaltyStrength
from ..checks.setup.rate_for_optimizer import RateForOptimizer
from ..checks.setup.relu_depth import ReluDepth
from ..checks.setup.saturating_depth import SaturatingDepth
from ..checks.setup.schedule_decay import ScheduleDecay
from ..checks.setup.setup_check import SetupCheck
from ..checks.setup.update_budget import UpdateBudget
from ..findings import Finding, Report, Table
from ..owncode import OwnCode
from ..setup import TorchSetup, torch_blueprint
from ..watch import Watch
from .common import PROBE, guarded, make_report, seed_of, with_settings
from .data import data_findings
from .examining import check_loss
from .own_rows import table_of_rows, task_as_run
from .untrained import untrained_layers

if TYPE_CHECKING:
    from ..subjects.torch.subject import TorchSubject

# Of what a module is seen to compute and how its optimizer steps; activations of a user's own are
# not seen, so nothing that would miss them is asked.
PLANNED: tuple[SetupCheck, ...] = (
    HiddenActivation(),
    SaturatingDepth(),
    ReluDepth(),
    RateForOptimizer(),
    UpdateBudget(),
    ScheduleDecay(),
    OptimizerSettings(),
    PenaltyStrength(),
    BatchSize(),
)
UNSCALED = ("SGD", "ASGD")  # whose steps are as long as the gradient


def own_code(setup: TorchSetup, facts: OwnCode) -> list[Finding]:
    """The findings of every check of own code, the worst first."""
    own = (with_settings(setup, check) for check in OWN_CODE_CHECKS)
    found = [guarded(check, partial(check.judge, facts)) for check in own]
    summed = with_settings(setup, LossReduction())
    found.append(guarded(summed, lambda: summed.judge(_reduction(setup))))
    found += [_in_reach(setup, facts), *_planned(setup, facts)]
    return sorted(found, key=lambda finding: -finding.status.severity)


def _facts(setup: TorchSetup, watch: Watch) -> OwnCode:
    watch.stage("one batch and thirty updates, on copies")
    return setup.trainable.own_code(setup.train, seed_of(setup))


def _in_reach(setup: TorchSetup, facts: OwnCode) -> Finding:
    """Whether the last activation can put out what the loss compares with, in PyTorch's words."""
    check, task = with_settings(setup, OutputActivation()), task_as_run(setup, facts)
    targets = facts_of_targets(task, setup.train.y)
    found = guarded(check, lambda: check.judge((task, targets)))
    if not found.suggests:
        return found
    instead = "nn.Sigmoid() in place of" if facts.loss == "BCELoss" else "remove"
    return replace(found, advice=f"{instead} the last {facts.last}")


def _planned(setup: TorchSetup, facts: OwnCode) -> list[Finding]:
    """What the plan of a stack of linear layers says, before it is trained."""
    plan = torch_blueprint(setup)
    if plan is None:
        return []
    seen = design(plan, task_as_run(setup, facts), setup.train)
    own = (with_settings(setup, check) for check in PLANNED)
    return [guarded(check, partial(check.examine, seen)) for check in own]


def torch_setup_report(setup: TorchSetup, watch: Watch) -> Report:
    """Whether the parts of a PyTorch set-up fit together."""
    found = own_code(setup, _facts(setup, watch))
    title = "Do the parts of the set-up fit together?"
    return make_report(
        setup,
        "setup report",
        title,
        found,
        [_table(setup)],
        sound="the set-up",
        interrupted=watch.cancelled(),
    )


def torch_findings(setup: TorchSetup, watch: Watch) -> list[Finding]:
    """What own code, the untrained model and the rows show."""
    facts = _facts(setup, watch)
    found = own_code(setup, facts)
    if not watch.cancelled():
        found += check_loss(setup, watch).findings
        probe = setup.train.sample(PROBE)
        layers = setup.trainable.fresh(seed_of(setup)).activations(probe)
        found += untrained_layers(setup, layers, probe)
    if (
        not watch.cancelled()
        and (table := table_of_rows(setup, task_as_run(setup, facts))) is not None
    ):
        found += data_findings(setup, table, watch)
    return found


def torch_subject(setup: TorchSetup, watch: Watch) -> "TorchSubject":
    """What a diagnosis can change."""
    from ..subjects.torch.subject import TorchSubject  # with PyTorch, which few need

    return TorchSubject.of(setup, watch)


def _reduction(setup: TorchSetup) -> Sum:
    """Whether the loss adds up over the rows, be it PyTorch's or of the user's own."""
    return Sum(
        setup.trainable.adds_up(setup.train, seed_of(setup)),
        setup.trainable.rate,
        min(setup.trainable.batch_size, len(setup.train)),
        setup.optimizer not in UNSCALED,
        setup.optimizer,
    )


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


def words_of(setup: TorchSetup) -> tuple[str, ...]:
    """What a reader of a check-up should know of the set-up."""
    from ..subjects.torch.subject import too_few

    if not too_few(setup) or setup.validation is None:
        return setup.words
    told = f"{len(setup.validation)} validation rows are too few to judge by: they count among the "
    return (*setup.words, f"{told}others, of which each run holds some out")
