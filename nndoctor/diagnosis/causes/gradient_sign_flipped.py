"""Climbs instead of descending."""

from .cause import Cause

CAUSE = Cause(
    name="gradient_sign_flipped",
    group="optimisation",
    prior=0.1,
    title="gradient ascent instead of descent",
    what="The sign of the step is wrong.",
    shows="The loss rises from the first update on.",
    proof="a check measures it; nothing is retrained",
    treatment="a positive learning_rate",
    source="CS231n lecture 5 (2016)",
    contradiction=True,
)
