"""Parameters that are kept from learning."""

from ..interventions import Unfreeze
from .cause import Cause

CAUSE = Cause(
    name="parameters_frozen",
    group="optimisation",
    prior=0.2,
    title="frozen parameters",
    what="requires_grad is False for parameters that the task needs to change.",
    shows="Some layers never change; the loss stays above what others reach.",
    proof="retrains with every parameter learning",
    treatment="model.requires_grad_(True), or only layers frozen whose weights are good",
    source="PyTorch documentation, Autograd mechanics",
    component="parameters",
    ladder=(Unfreeze(),),
)
