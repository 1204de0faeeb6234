"""Early stopping ends too early."""

from ..interventions import DropEarlyStopping
from .cause import Cause

CAUSE = Cause(
    name="early_stopping_too_early",
    group="regularisation and validation",
    prior=0.4,
    title="early stopping ends too early",
    what="The patience is shorter than a pause in progress.",
    shows="Training stops while it is still making progress.",
    proof="retrains without early stopping",
    treatment="a larger patience",
    source="Prechelt 1998, Early Stopping - But When?",
    component="steps",
    ladder=(DropEarlyStopping(),),
    slows=True,
)
