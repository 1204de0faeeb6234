"""Network too small."""

from ..interventions import Widen
from .cause import Cause

CAUSE = Cause(
    name="capacity_too_small",
    group="network",
    prior=0.3,
    title="network too small",
    what="The network has too few units for the task.",
    shows="Even the training rows are not fitted, however long it trains.",
    proof="retrains with hidden layers four times as wide",
    treatment="more hidden units",
    source="Goodfellow et al. 2016, chapter 11",
    component="size",
    ladder=(Widen(4),),
    universal=True,
    last_resort=True,
)
