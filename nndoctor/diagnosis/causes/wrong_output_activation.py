"""Last activation does not fit the target."""

from ..interventions import FitOutputActivation
from .cause import Cause

CAUSE = Cause(
    name="wrong_output_activation",
    group="loss and last layer",
    prior=0.95,
    title="output activation does not fit the target",
    what="The output can't take the values that the target has.",
    shows="The loss stays high; predictions stick to one end of the range.",
    proof="retrains with the activation that fits loss and target",
    treatment="regression: linear; classes: linear with from_logits = true",
    source="Humbatova et al. 2020, arXiv:1910.11015",
    component="output",
    ladder=(FitOutputActivation("wrong_output_activation"),),
    contradiction=True,
)
