"""Rows are not shuffled."""

from ..interventions import Shuffle
from .cause import Cause

CAUSE = Cause(
    name="unshuffled_data",
    group="inputs",
    prior=0.4,
    title="rows are not shuffled",
    what="Rows are sorted, so each batch holds one class.",
    shows="The loss goes up and down within each epoch.",
    proof="retrains with shuffled rows",
    treatment="shuffle = true",
    source="Bottou 2012, Stochastic Gradient Descent Tricks",
    component="steps",
    ladder=(Shuffle(),),
)
