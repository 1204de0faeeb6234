"""Cause -> ladder of changes that would remove it: the one table; no change knows a case."""

from ...errors import NNDoctorError
from ...recipe.editing import edit
from ...setup import Setup
from . import loss, network, rows, training
from .editing import Change, Edits, Ladder

CHANGES: dict[str, Change] = {
    "wrong_loss": loss.fitting_loss,
    "wrong_output_units": loss.as_many_units_as_classes,
    "labels_wrong_encoding": rows.one_unit_a_class,
    "target_not_scaled": rows.scaled_target,
    "wrong_output_activation": loss.fitting_output,
    "missing_output_activation": loss.probabilities,
    "double_softmax": loss.activated_once,
    "loss_reduction_sum": loss.mean_loss,
    "class_imbalance": rows.balanced_classes,
    "input_not_normalised": rows.standardised_inputs,
    "input_double_scaled": rows.inputs_scaled_once,
    "unshuffled_data": rows.shuffled,
    "too_deep": network.shallow,
    "missing_hidden_activation": network.relu_for_linear,
    "wrong_hidden_activation": network.relu_for_unfit,
    "saturated_activation": network.relu_for_saturating,
    "dead_relu": network.leaky,
    "vanishing_gradient": network.normalised,
    "init_constant": network.different_weights,
    "init_too_large": network.smaller_weights,
    "init_too_small": network.larger_weights,
    "over_regularised": training.unregularised,
    "dropout_too_high": training.without_dropout,
    "schedule_decays_too_fast": training.constant_rate,
    "momentum_too_high": training.less_momentum,
    "optimizer_epsilon_bad": training.usual_epsilon,
    "gradient_clipping_too_tight": training.unclipped,
    "exploding_gradient": training.clipped,
    "learning_rate_too_high": training.smaller_rate,
    "learning_rate_too_low": training.larger_rate,
    "batch_size_too_small": training.larger_batch,
    "batch_size_too_large": training.smaller_batch,
    "too_few_epochs": training.more_epochs,
    "early_stopping_too_early": training.no_early_stopping,
    "overfitting": training.best_epoch,
    "capacity_too_small": network.wider,
    "wrong_optimizer": training.adam,
}
"""In the order in which several are made: what the loss needs before what depends on it."""


def runnable(setup: Setup, cause: str) -> Ladder:
    """The rungs of a cause's ladder that give a recipe that can be run."""
    rungs = []
    for edits in CHANGES[cause](setup) if cause in CHANGES else ():
        try:
            edit(setup.recipe, edits)
        except NNDoctorError:
            continue
        rungs.append(edits)
    return rungs


__all__ = ["CHANGES", "Change", "Edits", "Ladder", "runnable"]
