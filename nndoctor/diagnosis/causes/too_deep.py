"""Too many layers."""

from ..interventions import Shorten
from .cause import Cause

CAUSE = Cause(
    name="too_deep",
    group="network",
    prior=0.4,
    title="too many layers",
    what="The signal does not survive that many layers.",
    shows="Gradients of the first layers vanish; some seeds never learn.",
    proof="retrains with the first two hidden layers alone",
    treatment="fewer layers, or batch_norm = true",
    source="Glorot & Bengio 2010",
    component="size",
    ladder=(Shorten(),),
    fickle=True,
)
