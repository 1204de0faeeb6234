"""All weights of a layer equal."""

from ..interventions import Reinitialise
from .cause import Cause

CAUSE = Cause(
    name="init_constant",
    group="network",
    prior=0.6,
    title="all weights of a layer equal",
    what="Equal units get equal gradients and stay equal.",
    shows="A layer works as one unit.",
    proof="retrains with He or Glorot weights",
    treatment='init = "he_normal" before relu, init = "glorot_uniform" before sigmoid and tanh',
    source="CS231n lecture 5 (2016)",
    component="weights",
    ladder=(Reinitialise("constant"),),
    stated_contradiction=True,
    symptom=True,
)
