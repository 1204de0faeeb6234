"""Too much dropout."""

from ..interventions import DropDropout
from .cause import Cause

CAUSE = Cause(
    name="dropout_too_high",
    group="regularisation and validation",
    prior=0.5,
    title="too much dropout",
    what="Too few units stay active in each update.",
    shows="Even the training rows are not fitted.",
    proof="retrains without dropout",
    treatment="a smaller dropout",
    source="Srivastava et al. 2014",
    component="dropout",
    ladder=(DropDropout(),),
)
