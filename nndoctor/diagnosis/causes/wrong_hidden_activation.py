"""Hidden activation unfit."""

from ..interventions import ReplaceActivation
from .cause import Cause

CAUSE = Cause(
    name="wrong_hidden_activation",
    group="network",
    prior=0.5,
    title="unsuitable hidden activation",
    what="Sigmoid, softmax or exponential in the hidden layers.",
    shows="Gradients are small in the first layers.",
    proof="retrains with ReLU and He weights",
    treatment='activation = "relu"',
    source="Glorot & Bengio 2010",
    component="activation",
    ladder=(ReplaceActivation("unfit", "relu"),),
)
