"""Score for another task."""

from .cause import Cause

CAUSE = Cause(
    name="wrong_metric",
    group="loss and last layer",
    prior=0.1,
    title="metric for another task",
    what="Accuracy for a regression, or R^2 for classes.",
    shows="The score does not change while the loss falls.",
    proof="a check measures it; nothing is retrained",
    treatment="use a metric of the task",
    source="Humbatova et al. 2020, arXiv:1910.11015",
)
