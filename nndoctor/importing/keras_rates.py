"""The learning rate of a Keras training as a schedule of a recipe."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from .keras_fit import Fitting
from .rows import plain

MOST_RATES = 10_000  # that a recipe is given one by one


def rates_of(
    optimizer: Any, given: Mapping[str, Any], fitting: Fitting, unsaid: list[str]
) -> tuple[float, dict[str, Any]]:
    """The first rate and the table [schedule], none where the rate stays; a callback's comes
    before the optimizer's own."""
    rate = given["learning_rate"]
    scheduled = isinstance(rate, Mapping)
    first, own = _of_schedule(optimizer, rate, fitting, unsaid) if scheduled else (_said(rate), {})
    if own and fitting.callbacks.pop("schedule", []):
        fitting.notes = [one for one in fitting.notes if one != fitting.near]
        fitting.notes.append("the rate has a schedule: the callback that sets it is left out")
    if own or fitting.scheduler is None:
        return first, own or fitting.plateau
    rates, now = [], first
    try:
        for epoch in range(fitting.first_epoch, fitting.first_epoch + fitting.epochs):
            now = _asked(fitting.scheduler, epoch, now)
            rates.append(now)
    except Exception as error:  # the user's own function
        fitting.notes.append(f"its LearningRateScheduler is left out: {type(error).__name__}")
        return first, own
    return rates[0], {"name": "manual", "rates": rates, "per": "epoch"}


def _said(rate: Any) -> float:
    """As its user wrote it: Keras keeps it in float32."""
    return float(str(np.float32(rate)))


def _asked(function: Any, epoch: int, rate: float) -> float:
    try:  # as Keras does
        return float(function(epoch, rate))
    except TypeError:
        return float(function(epoch))


def _of_schedule(
    optimizer: Any, given: Mapping[str, Any], fitting: Fitting, unsaid: list[str]
) -> tuple[float, dict[str, Any]]:
    name, config = str(given.get("class_name")), given.get("config", {})
    first = float(config.get("initial_learning_rate") or 0.001)
    if name == "ExponentialDecay" and 0 < config["decay_rate"] <= 1:
        every, factor = int(config["decay_steps"]), float(config["decay_rate"])
        if config.get("staircase"):
            return first, {"name": "step", "factor": factor, "every": every}
        return first, {"name": "exponential", "decay": -math.log(factor) / every}
    if name == "InverseTimeDecay" and not config.get("staircase"):
        decay = float(config["decay_rate"]) / float(config["decay_steps"])
        return first, {"name": "inverse_time", "decay": decay}
    schedule = getattr(optimizer, "_learning_rate", None)
    updates = fitting.updates
    if callable(schedule) and updates <= MOST_RATES:
        rates = [float(plain(schedule(step))) for step in range(updates)]
        return rates[0] or max(rates), {"name": "manual", "rates": rates, "per": "step"}
    unsaid.append(f"{name} as learning_rate over {updates} updates")
    return first, {}
