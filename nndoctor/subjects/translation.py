"""Each typed intervention as edits of a recipe, or why there is nothing to edit."""

from collections.abc import Callable
from typing import Any

from ..diagnosis import interventions as kinds
from ..diagnosis.interventions import Intervention
from ..diagnosis.subject import Refused
from ..setup import Setup
from .edits import loss, network, rows, training
from .edits.editing import Edits

Translate = Callable[[Setup, Any], Edits | Refused]


def _simple(change: Callable[[Setup], Edits | Refused]) -> Translate:
    """Of an intervention that has no settings."""
    return lambda setup, _: change(setup)


_TABLE: dict[type[Intervention], Translate] = {
    kinds.FitLoss: _simple(loss.fitting_loss),
    kinds.FitOutputUnits: _simple(loss.as_many_units_as_classes),
    kinds.EncodeClasses: _simple(rows.one_unit_a_class),
    kinds.RescaleTarget: _simple(rows.scaled_target),
    kinds.FitOutputActivation: lambda setup, one: loss.fitting_output(setup, one.mismatch),
    kinds.AverageLoss: _simple(loss.mean_loss),
    kinds.BalanceClasses: _simple(rows.balanced_classes),
    kinds.RescaleInputs: _simple(rows.standardised_inputs),
    kinds.RescaleTinyInputs: _simple(rows.inputs_scaled_once),
    kinds.Shuffle: _simple(rows.shuffled),
    kinds.Shorten: _simple(network.shallow),
    kinds.ReplaceActivation: lambda setup, one: network.activation_by(setup, one.which, one.by),
    kinds.Normalise: lambda setup, one: network.normalised(setup, one.also_replace_saturating),
    kinds.Reinitialise: lambda setup, one: network.redrawn(setup, one.which),
    kinds.ResetBiases: _simple(network.unbiased),
    kinds.DropPenalty: _simple(training.unregularised),
    kinds.WeakenPenalties: lambda setup, one: training.penalties_times(setup, one.factor),
    kinds.DropDropout: _simple(training.without_dropout),
    kinds.DropSchedule: _simple(training.constant_rate),
    kinds.LowerMomentum: _simple(training.less_momentum),
    kinds.ResetEpsilon: _simple(training.usual_epsilon),
    kinds.DropClipping: _simple(training.unclipped),
    kinds.Clip: _simple(training.clipped),
    kinds.ScaleRate: lambda setup, one: training.rate_times(setup, one.factor),
    kinds.EnlargeBatch: _simple(training.larger_batch),
    kinds.ShrinkBatch: _simple(training.smaller_batch),
    kinds.MoreUpdates: lambda setup, one: training.epochs_times(setup, one.factor),
    kinds.DropEarlyStopping: _simple(training.no_early_stopping),
    kinds.StopAtBest: _simple(training.best_epoch),
    kinds.Widen: lambda setup, one: network.wider(setup, one.factor),
    kinds.ReplaceOptimizer: lambda setup, one: training.optimizer_by(setup, one.name),
    **dict.fromkeys(
        (
            kinds.FitTargetShape,
            kinds.TrainAllParameters,
            kinds.Unfreeze,
            kinds.TrainMode,
            kinds.NoDropoutInEvaluation,
            kinds.ClearGradients,
            kinds.StepPlainly,
            kinds.Descend,
        ),
        lambda setup, one: Refused("a recipe has no code of its own"),
    ),
    # the same recipe: its subject shifts the seed
    kinds.Reseed: lambda setup, one: {},
}


def edits_for(setup: Setup, intervention: Intervention) -> Edits | Refused:
    """The edits of a recipe that make it; refused where there is nothing to edit."""
    return _TABLE[type(intervention)](setup, intervention)
