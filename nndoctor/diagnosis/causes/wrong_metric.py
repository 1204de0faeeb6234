"""Score for another task."""

from .cause import Cause

CAUSE = Cause(
    name="wrong_metric",
    group="loss and last layer",
    prior=0.1,
    title="score for another task",
    what="Accuracy of numbers, or R^2 of classes.",
    shows="The score stays at one value while the loss falls.",
    proof="not by retraining: a check measures it",
    treatment="judge by a score of the task",
    source="Humbatova et al. 2020, arXiv:1910.11015",
)
