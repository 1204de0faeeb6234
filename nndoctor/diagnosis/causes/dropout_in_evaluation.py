"""Dropout in evaluation, too."""

from ..interventions import NoDropoutInEvaluation
from .cause import Cause

CAUSE = Cause(
    name="dropout_in_evaluation",
    group="regularisation and validation",
    prior=0.2,
    title="dropout in evaluation, too",
    what="F.dropout drops wherever training=self.training is not said, after model.eval() as well.",
    shows="The same row is answered differently each time, and worse than it could be.",
    proof="retrains without dropout in evaluation",
    treatment="F.dropout(x, p, training=self.training), or nn.Dropout",
    source="PyTorch documentation, torch.nn.functional.dropout",
    component="dropout",
    ladder=(NoDropoutInEvaluation(),),
    beside_training=True,
)
