"""Rows are not shuffled."""

from ..interventions import Shuffle
from .cause import Cause

CAUSE = Cause(
    name="unshuffled_data",
    group="inputs",
    prior=0.4,
    title="rows are not shuffled",
    what="Batches hold one class each, for rows lie in order.",
    shows="The loss saws up and down with each epoch.",
    proof="retrains with shuffled rows",
    treatment="shuffle = true",
    source="Bottou 2012, Stochastic Gradient Descent Tricks",
    component="steps",
    ladder=(Shuffle(),),
)
