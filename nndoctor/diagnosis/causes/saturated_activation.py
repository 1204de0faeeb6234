"""Saturated units."""

from ..interventions import ReplaceActivation
from .cause import Cause

CAUSE = Cause(
    name="saturated_activation",
    group="network",
    prior=0.4,
    title="saturated units",
    what="Units sit at the flat ends of sigmoid or tanh.",
    shows="Gradients are near 0.",
    proof="retrains with ReLU",
    treatment="standardised inputs, smaller weights, or relu",
    source="Glorot & Bengio 2010",
    component="activation",
    ladder=(ReplaceActivation("saturating", "relu"),),
    universal=True,
    symptom=True,
    observable=True,
)
