"""How much each parameter mattered, with the spread over other draws of the same trials."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..trainable import Array
from .samplers import loaded, quiet, seed_of
from .space import Space
from .trial import Outcome, Trial

DRAWS = 50  # bootstrap samples
GOOD = 0.25  # the share of trials that counts as good
FEWEST = 8  # trials, below which nothing is said


@dataclass(frozen=True)
class Importance:
    """The share of one parameter, and between what 90 % of the bootstrap samples lie."""

    key: str
    share: float
    low: float
    high: float


def importances(trials: Sequence[Trial], space: Space, seed: int) -> list[Importance]:
    """Of the first stage, which had the whole space: the most important first.

    What all trials reached at the first rung is compared, so that none is left out; those that
    broke are the worst. By PED-ANOVA: how far the values of the good quarter differ from all
    (Watanabe et al. 2023, arXiv:2304.10255), as shares of their sum. () where there are few.
    """
    known = [one for one in trials if one.outcome is not Outcome.INVALID]
    scores = np.array([one.scores[0][1] if one.scores else -np.inf for one in known])
    if len(known) < FEWEST or len(space) < 2 or not np.isfinite(scores).any():
        return []
    scores[~np.isfinite(scores)] = scores[np.isfinite(scores)].min()
    if scores.min() == scores.max():
        return []
    rng = np.random.default_rng(seed_of(seed, 1 << 20))
    every = _shares(known, scores, space, np.arange(len(known)))
    draws = [
        _shares(known, scores, space, rng.integers(len(known), size=len(known)))
        for _ in range(DRAWS)
    ]
    low, high = np.nanquantile(np.array(draws), [0.05, 0.95], axis=0)
    found = [
        Importance(one.key, float(every[at]), float(low[at]), float(high[at]))
        for at, one in enumerate(space)
    ]
    return sorted(found, key=lambda one: -one.share)


def _shares(trials: Sequence[Trial], scores: Array, space: Space, chosen: Array) -> Array:
    """The importances in the order of the space."""
    optuna = loaded()
    with quiet():
        study = optuna.create_study(direction="maximize")
        study.add_trials(
            [
                optuna.create_trial(
                    params=dict(trials[at].inner),
                    value=float(scores[at]),
                    distributions={one.name: one.distribution for one in space},
                )
                for at in chosen
            ]
        )
        evaluator = optuna.importance.PedAnovaImportanceEvaluator(target_quantile=GOOD)
        found = optuna.importance.get_param_importances(study, evaluator=evaluator)
    return np.array([found.get(one.name, 0.0) for one in space])
