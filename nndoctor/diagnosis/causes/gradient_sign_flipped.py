"""Climbs instead of descending."""

from .cause import Cause

CAUSE = Cause(
    name="gradient_sign_flipped",
    group="optimisation",
    prior=0.1,
    title="climbs instead of descending",
    what="The sign of the step is wrong.",
    shows="The loss rises from the first update on.",
    proof="not by retraining: a check measures it",
    treatment="a positive learning_rate",
    source="CS231n lecture 5 (2016)",
    contradiction=True,
)
