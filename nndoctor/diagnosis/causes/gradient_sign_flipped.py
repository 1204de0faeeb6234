"""Climbs instead of descending."""

from ..interventions import Descend
from .cause import Cause

CAUSE = Cause(
    name="gradient_sign_flipped",
    group="optimisation",
    prior=0.1,
    title="gradient ascent instead of descent",
    what="The sign of the step is wrong.",
    shows="The loss rises from the first update on.",
    proof="retrains with the gradient descended",
    treatment="a positive learning_rate",
    source="CS231n lecture 5 (2016)",
    component="optimizer",
    ladder=(Descend(),),
    contradiction=True,
)
