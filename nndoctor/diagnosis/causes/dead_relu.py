"""Dead ReLU units."""

from ..interventions import ReplaceActivation, ResetBiases
from .cause import Cause

CAUSE = Cause(
    name="dead_relu",
    group="network",
    prior=0.5,
    title="dead ReLU units",
    what="Units that are 0 for all rows get no gradient.",
    shows="Layers output only zeros; predictions are the same for all rows.",
    proof="retrains with leaky ReLU in its place, or with biases of zero",
    treatment="a smaller learning_rate, leaky_relu, he_normal",
    source="CS231n lecture 5 (2016)",
    component="activation",
    ladder=(
        ResetBiases(),
        ReplaceActivation("relu", "leaky_relu(0.1)"),
    ),
    universal=True,
    symptom=True,
    observable=True,
    fickle=True,
)
