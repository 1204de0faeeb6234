"""Overfitting."""

from ..interventions import StopAtBest
from .cause import Cause

CAUSE = Cause(
    name="overfitting",
    group="regularisation and validation",
    prior=0.3,
    title="overfitting",
    what="The network memorises the training rows.",
    shows="Good on training rows, much worse on held-out rows.",
    proof="retrains with early stopping, which goes back to the best epoch",
    treatment="early stopping, l2, fewer units",
    source="CS231n lecture 6 (2016)",
    component="steps",
    ladder=(StopAtBest(),),
    universal=True,
)
