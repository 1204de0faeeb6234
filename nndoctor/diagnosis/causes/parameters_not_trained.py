"""Parameters that the optimizer does not have."""

from ..interventions import TrainAllParameters
from .cause import Cause

CAUSE = Cause(
    name="parameters_not_trained",
    group="optimisation",
    prior=0.3,
    title="parameters not in the optimizer",
    what="The optimizer was made over a part of the model, or over another one.",
    shows="Some layers never change; training is slow or stands still.",
    proof="retrains with every parameter that is to learn in the optimizer",
    treatment="make the optimizer over model.parameters(), once the model is complete",
    source="PyTorch documentation, torch.optim",
    component="parameters",
    ladder=(TrainAllParameters(),),
    contradiction=True,
)
