"""First weights too small."""

from ..interventions import Reinitialise
from .cause import Cause

CAUSE = Cause(
    name="init_too_small",
    group="network",
    prior=0.4,
    title="initial weights too small",
    what="Signals shrink from layer to layer.",
    shows="Outputs hardly differ between rows.",
    proof="retrains with He or Glorot weights",
    treatment='init = "he_normal" before relu, init = "glorot_uniform" before sigmoid and tanh',
    source="He et al. 2015, arXiv:1502.01852",
    component="weights",
    ladder=(Reinitialise("small"),),
    opposite="init_too_large",
)
