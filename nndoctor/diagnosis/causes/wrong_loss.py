"""Loss for another task."""

from ..interventions import FitLoss
from .cause import Cause

CAUSE = Cause(
    name="wrong_loss",
    group="loss and last layer",
    prior=0.8,
    title="loss for another task",
    what="The loss does not measure what is to be learned.",
    shows="The loss falls but the score does not improve.",
    proof="retrains with the loss of the task",
    treatment="classes: cross_entropy; numbers: mse",
    source="Humbatova et al. 2020, arXiv:1910.11015",
    component="output",
    ladder=(FitLoss(),),
    contradiction=True,
)
