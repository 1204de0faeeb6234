"""Each typed intervention as edits of a PyTorch set-up, or why there is nothing to edit."""

from collections.abc import Callable
from typing import Any

from ...diagnosis import interventions as kinds
from ...diagnosis.interventions import Intervention
from ...diagnosis.subject import Refused
from . import loop, loss, network, rows, training
from .edit import Answer
from .look import Look

Translate = Callable[[Look, Any], Answer]


def _simple(change: Callable[[Look], Answer]) -> Translate:
    """Of an intervention that has no settings."""
    return lambda look, _: change(look)


def _not(reason: str) -> Translate:
    return lambda look, _: Refused(reason)


_LAYERS = "layers are your module's: they can't be added, taken away or widened from outside"
_STEP = "it sits in your own training loop, which is not seen"

_TABLE: dict[type[Intervention], Translate] = {
    kinds.FitLoss: _simple(loss.fitting_loss),
    kinds.FitOutputUnits: _not(_LAYERS),
    kinds.EncodeClasses: _not(_LAYERS),
    kinds.RescaleTarget: _simple(rows.scaled_target),
    kinds.FitOutputActivation: lambda look, one: loss.fitting_output(look, one.mismatch),
    kinds.FitTargetShape: _simple(loss.fitting_shape),
    kinds.AverageLoss: _simple(loss.mean_loss),
    kinds.BalanceClasses: _simple(loss.balanced_classes),
    kinds.RescaleInputs: _simple(rows.standardised_inputs),
    kinds.RescaleTinyInputs: _simple(rows.inputs_scaled_once),
    kinds.Shuffle: _simple(training.shuffled),
    kinds.Shorten: _not(_LAYERS),
    kinds.ReplaceActivation: lambda look, one: network.activation_by(look, one.which, one.by),
    kinds.Normalise: _not(_LAYERS),
    kinds.Reinitialise: lambda look, one: network.redrawn(look, one.which),
    kinds.ResetBiases: _simple(network.unbiased),
    kinds.DropPenalty: _simple(training.unregularised),
    kinds.WeakenPenalties: lambda look, one: training.decay_times(look, one.factor),
    kinds.DropDropout: _simple(network.without_dropout),
    kinds.NoDropoutInEvaluation: _simple(network.no_dropout_in_evaluation),
    kinds.DropSchedule: _simple(training.constant_rate),
    kinds.LowerMomentum: _simple(training.less_momentum),
    kinds.ResetEpsilon: _simple(training.usual_epsilon),
    kinds.Descend: _simple(training.upright),
    kinds.DropClipping: _simple(loop.unclipped),
    kinds.Clip: _simple(training.clipped),
    kinds.ScaleRate: lambda look, one: training.rate_times(look, one.factor),
    kinds.EnlargeBatch: _simple(training.larger_batch),
    kinds.ShrinkBatch: _simple(training.smaller_batch),
    kinds.MoreUpdates: lambda look, one: training.epochs_times(look, one.factor),
    kinds.DropEarlyStopping: _not(_STEP),
    kinds.StopAtBest: _not("early stopping is not tried on PyTorch set-ups"),
    kinds.Widen: _not(_LAYERS),
    kinds.ReplaceOptimizer: lambda look, one: training.optimizer_by(look, one.name),
    kinds.TrainAllParameters: _simple(loop.all_in_optimizer),
    kinds.Unfreeze: _simple(loop.unfrozen),
    kinds.TrainMode: _simple(loop.training_mode),
    kinds.ClearGradients: _simple(loop.zeroed),
    kinds.StepPlainly: _simple(loop.plainly_stepped),
    # the same set-up: its subject shifts the seed
    kinds.Reseed: lambda look, one: (),
}


def edits_for(look: Look, intervention: Intervention) -> Answer:
    """The edits that make it; refused where there is nothing to edit."""
    return _TABLE[type(intervention)](look, intervention)
