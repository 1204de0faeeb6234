"""Each typed intervention as edits of a recipe, or why there is nothing to edit."""

from collections.abc import Callable
from typing import Any

from ..diagnosis import interventions as kinds
from ..diagnosis.interventions import Intervention
from ..diagnosis.subject import Refused
from ..setup import Setup
from .edits import loss, network, rows, training
from .edits.editing import Edits, Ladder

Translate = Callable[[Setup, Any], Ladder]
_REINITIALISE = {
    "constant": network.different_weights,
    "large": network.smaller_weights,
    "small": network.larger_weights,
}


def _simple(change: Callable[[Setup], Ladder]) -> Translate:
    return lambda setup, _: change(setup)


# Per kind: its edits, and what is said where there are none.
_TABLE: dict[type[Intervention], tuple[Translate, str]] = {
    kinds.FitLoss: (_simple(loss.fitting_loss), "the loss fits the task"),
    kinds.FitOutputUnits: (
        _simple(loss.as_many_units_as_classes), "there are no more output units than classes",
    ),
    kinds.EncodeClasses: (_simple(rows.one_unit_a_class), "the labels are encoded as classes"),
    kinds.RescaleTarget: (_simple(rows.scaled_target), "the target is scaled"),
    kinds.FitOutputActivation: (
        lambda setup, one: loss.fitting_output(setup, one.mismatch),
        "the output activation has no such mismatch",
    ),
    kinds.AverageLoss: (_simple(loss.mean_loss), "the loss is averaged"),
    kinds.BalanceClasses: (_simple(rows.balanced_classes), "the classes are balanced or weighted"),
    kinds.RescaleInputs: (_simple(rows.standardised_inputs), "the inputs are scaled"),
    kinds.RescaleTinyInputs: (_simple(rows.inputs_scaled_once), "the inputs are not tiny"),
    kinds.Shuffle: (_simple(rows.shuffled), "the rows are shuffled"),
    kinds.Shorten: (_simple(network.shallow), "there are fewer than four hidden layers"),
    kinds.ReplaceActivation: (
        lambda setup, one: network.activation_by(setup, one.which, one.by),
        "no hidden layer has such an activation",
    ),
    kinds.Normalise: (
        lambda setup, one: network.normalised(setup, one.also_replace_saturating),
        "there are fewer than two hidden layers, or they are normalised",
    ),
    kinds.Reinitialise: (
        lambda setup, one: _REINITIALISE[one.which](setup), "the first weights are not like that",
    ),
    kinds.DropPenalty: (_simple(training.unregularised), "there is no penalty"),
    kinds.DropDropout: (_simple(training.without_dropout), "there is no dropout"),
    kinds.DropSchedule: (_simple(training.constant_rate), "the rate is constant"),
    kinds.LowerMomentum: (_simple(training.less_momentum), "the momentum is below 0.95"),
    kinds.ResetEpsilon: (_simple(training.usual_epsilon), "epsilon is a usual one"),
    kinds.DropClipping: (_simple(training.unclipped), "gradients are not clipped"),
    kinds.Clip: (_simple(training.clipped), "gradients are clipped, or can't be"),
    kinds.ScaleRate: (
        lambda setup, one: training.rate_times(setup, one.factor), "it has no learning rate",
    ),
    kinds.EnlargeBatch: (_simple(training.larger_batch), "batches have 8 rows or more"),
    kinds.ShrinkBatch: (
        _simple(training.smaller_batch), "there are more than four batches in an epoch",
    ),
    kinds.MoreUpdates: (lambda setup, one: training.epochs_times(setup, one.factor), ""),
    kinds.DropEarlyStopping: (_simple(training.no_early_stopping), "it does not stop early"),
    kinds.StopAtBest: (
        _simple(training.best_epoch), "it stops early, holds no rows out or has under 10 epochs",
    ),
    kinds.Widen: (
        lambda setup, one: network.wider(setup, one.factor), "the hidden layers are wide already",
    ),
    kinds.ReplaceOptimizer: (
        lambda setup, one: training.optimizer_by(setup, one.name), "it has such an optimizer",
    ),
}  # fmt: skip


def edits_for(setup: Setup, intervention: Intervention) -> Edits | Refused:
    """The edits of a recipe that make it; refused where there is nothing to edit."""
    translate, refusal = _TABLE[type(intervention)]
    rungs = translate(setup, intervention)
    return rungs[0] if rungs else Refused(refusal)
