"""Score for another task."""

from .cause import Cause

CAUSE = Cause(
    name="wrong_metric",
    group="loss and last layer",
    prior=0.1,
    title="metric for another task",
    what="Accuracy for a regression, or the largest of the outputs where several labels are on.",
    shows="The score does not change while the loss falls, or is high where nothing is learned.",
    proof="a check reads it; nothing is retrained",
    treatment="use a metric of the task",
    source="Humbatova et al. 2020, arXiv:1910.11015",
    beside_training=True,
)
