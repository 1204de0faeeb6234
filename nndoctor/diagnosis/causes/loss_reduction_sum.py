"""Loss summed over the batch."""

from ..interventions import AverageLoss
from .cause import Cause

CAUSE = Cause(
    name="loss_reduction_sum",
    group="loss and last layer",
    prior=0.5,
    title="loss summed over the batch",
    what="The gradient grows with the batch size.",
    shows="The learning rate has to be divided by the batch size.",
    proof="retrains with the mean over the batch",
    treatment='reduction = "mean"',
    source="Goyal et al. 2017, arXiv:1706.02677",
    component="output",
    ladder=(AverageLoss(),),
)
