"""First weights too large."""

from ..interventions import Reinitialise
from .cause import Cause

CAUSE = Cause(
    name="init_too_large",
    group="network",
    prior=0.5,
    title="initial weights too large",
    what="Signals grow from layer to layer.",
    shows="The first loss is far above chance; units are saturated.",
    proof="retrains with He or Glorot weights",
    treatment='init = "he_normal" before relu, init = "glorot_uniform" before sigmoid and tanh',
    source="He et al. 2015, arXiv:1502.01852",
    component="weights",
    ladder=(Reinitialise("large"),),
    opposite="init_too_small",
)
