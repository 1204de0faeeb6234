"""Batch too large."""

from ..interventions import ShrinkBatch
from .cause import Cause

CAUSE = Cause(
    name="batch_size_too_large",
    group="optimisation",
    prior=0.3,
    title="batch size too large",
    what="There are few updates per epoch.",
    shows="The loss is still falling at the end of training.",
    proof="retrains with 32 rows per batch, for as many epochs",
    treatment="batch_size = 32",
    source="Bengio 2012, arXiv:1206.5533",
    component="steps",
    ladder=(ShrinkBatch(),),
    opposite="batch_size_too_small",
    universal=True,
)
