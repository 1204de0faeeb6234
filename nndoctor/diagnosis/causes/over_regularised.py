"""Penalty too strong."""

from ..interventions import DropPenalty
from .cause import Cause

CAUSE = Cause(
    name="over_regularised",
    group="regularisation and validation",
    prior=0.6,
    title="regularisation too strong",
    what="The penalty outweighs the data.",
    shows="Weights shrink towards 0; even the training rows are not fitted.",
    proof="retrains without penalties",
    treatment="a smaller l1, l2 or weight_decay",
    source="CS231n lecture 6 (2016)",
    component="penalties",
    ladder=(DropPenalty(),),
    slows=True,
)
