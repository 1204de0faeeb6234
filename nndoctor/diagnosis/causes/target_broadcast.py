"""Target broadcast against outputs."""

from ..interventions import FitTargetShape
from .cause import Cause

CAUSE = Cause(
    name="target_broadcast",
    group="loss and last layer",
    prior=0.1,
    title="target broadcast against outputs",
    what="Shapes [B] and [B, 1] give a [B, B] difference.",
    shows="Outputs converge to the mean.",
    proof="retrains with targets in the shape of the outputs",
    treatment="give both the same shape",
    source="Karpathy 2019, A Recipe for Training Neural Networks",
    component="output",
    ladder=(FitTargetShape(),),
    contradiction=True,
)
