"""Training in evaluation mode."""

from ..interventions import TrainMode
from .cause import Cause

CAUSE = Cause(
    name="eval_mode_in_training",
    group="optimisation",
    prior=0.2,
    title="training in evaluation mode",
    what="Batch norms keep their first statistics, and dropout does nothing.",
    shows="Training is unstable or slow; the network overfits.",
    proof="retrains in training mode",
    treatment="model.train() before each epoch, model.eval() before each evaluation",
    source="PyTorch documentation, Module.train",
    component="loop",
    ladder=(TrainMode(),),
)
