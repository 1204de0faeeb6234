"""Gradients explode."""

from ..interventions import Clip
from .cause import Cause

CAUSE = Cause(
    name="exploding_gradient",
    group="network",
    prior=0.4,
    title="gradients explode",
    what="Each layer makes the gradient larger.",
    shows="The loss jumps or becomes NaN.",
    proof="retrains with the gradient's norm clipped at 1",
    treatment="clip_norm = 1.0",
    source="Pascanu et al. 2013, arXiv:1211.5063",
    component="optimizer",
    ladder=(Clip(),),
    universal=True,
    last_resort=True,
    symptom=True,
    observable=True,
    fickle=True,
)
