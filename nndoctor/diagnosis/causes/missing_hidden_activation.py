"""Hidden layers without activation."""

from ..interventions import ReplaceActivation
from .cause import Cause

CAUSE = Cause(
    name="missing_hidden_activation",
    group="network",
    prior=0.7,
    title="hidden layers without activation",
    what="A stack of linear layers is one linear map.",
    shows="The network does no better than a linear model.",
    proof="retrains with ReLU",
    treatment='activation = "relu"',
    source="Humbatova et al. 2020, arXiv:1910.11015",
    component="activation",
    ladder=(ReplaceActivation("linear", "relu"),),
    contradiction=True,
)
