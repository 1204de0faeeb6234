"""Learning rate too high."""

from ..interventions import ScaleRate
from .cause import Cause

CAUSE = Cause(
    name="learning_rate_too_high",
    group="optimisation",
    prior=0.85,
    title="learning rate too high",
    what="Each step overshoots the minimum.",
    shows="The loss grows, jumps or becomes NaN; units die.",
    proof="retrains at learning rates 3 to 10000 times smaller",
    treatment="a smaller learning_rate",
    source="CS231n lecture 5 (2016)",
    component="optimizer",
    ladder=(
        ScaleRate(0.3),
        ScaleRate(0.1),
        ScaleRate(0.03),
        ScaleRate(0.01),
        ScaleRate(0.001),
        ScaleRate(0.0001),
    ),
    opposite="learning_rate_too_low",
    universal=True,
    fickle=True,
)
