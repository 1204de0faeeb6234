"""Learning rate too low."""

from ..interventions import ScaleRate
from .cause import Cause

CAUSE = Cause(
    name="learning_rate_too_low",
    group="optimisation",
    prior=0.6,
    title="learning rate too low",
    what="Steps are so small that training hardly gets anywhere.",
    shows="The loss falls slowly and is still falling at the end.",
    proof="retrains at learning rates 3 to 10000 times larger",
    treatment="a larger learning_rate",
    source="CS231n lecture 5 (2016)",
    component="optimizer",
    ladder=(
        ScaleRate(3.0),
        ScaleRate(10.0),
        ScaleRate(30.0),
        ScaleRate(100.0),
        ScaleRate(1000.0),
        ScaleRate(10000.0),
    ),
    opposite="learning_rate_too_high",
    universal=True,
)
