"""Momentum too high."""

from ..interventions import LowerMomentum
from .cause import Cause

CAUSE = Cause(
    name="momentum_too_high",
    group="optimisation",
    prior=0.3,
    title="momentum too high",
    what="The velocity averages over too many steps.",
    shows="The loss oscillates.",
    proof="retrains with momentum 0.9",
    treatment="momentum = 0.9",
    source="CS231n lecture 6 (2016)",
    component="optimizer",
    ladder=(LowerMomentum(),),
)
