"""Loss wants probabilities and gets raw numbers."""

from ..interventions import FitOutputActivation
from .cause import Cause

CAUSE = Cause(
    name="missing_output_activation",
    group="loss and last layer",
    prior=0.8,
    title="the loss gets logits, which it does not expect",
    what="from_logits is false, but no output activation makes probabilities.",
    shows="Outputs are clipped; gradients vanish for most rows.",
    proof="retrains with softmax or sigmoid",
    treatment="from_logits = true",
    source="Humbatova et al. 2020, arXiv:1910.11015",
    component="output",
    ladder=(FitOutputActivation("missing_output_activation"),),
    contradiction=True,
)
