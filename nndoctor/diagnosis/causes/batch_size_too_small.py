"""Batch too small."""

from ..interventions import EnlargeBatch
from .cause import Cause

CAUSE = Cause(
    name="batch_size_too_small",
    group="optimisation",
    prior=0.3,
    title="batch size too small",
    what="Each gradient is mostly noise.",
    shows="The loss never settles.",
    proof="retrains with 32 rows per batch, for as many updates",
    treatment="batch_size = 32",
    source="Bengio 2012, arXiv:1206.5533",
    component="steps",
    ladder=(EnlargeBatch(),),
    opposite="batch_size_too_large",
    universal=True,
)
