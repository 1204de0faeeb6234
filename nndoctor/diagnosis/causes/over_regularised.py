"""Penalty too strong."""

from ..interventions import DropPenalty, WeakenPenalties
from .cause import Cause

CAUSE = Cause(
    name="over_regularised",
    group="regularisation and validation",
    prior=0.6,
    title="regularisation too strong",
    what="The penalty outweighs the data.",
    shows="Weights shrink towards 0; even the training rows are not fitted.",
    proof="retrains without penalties, and with weaker ones",
    treatment="a smaller l1, l2 or weight_decay",
    source="CS231n lecture 6 (2016)",
    component="penalties",
    ladder=(DropPenalty(), WeakenPenalties(0.01), WeakenPenalties(0.0001)),
    slows=True,
)
