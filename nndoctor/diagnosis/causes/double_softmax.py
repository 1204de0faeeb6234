"""Softmax or sigmoid twice."""

from ..interventions import FitOutputActivation
from .cause import Cause

CAUSE = Cause(
    name="double_softmax",
    group="loss and last layer",
    prior=0.7,
    title="softmax or sigmoid twice",
    what="The output layer applies it, and the loss applies it again.",
    shows="The loss can't fall far; training is slow.",
    proof="retrains with a linear last layer",
    treatment='output_activation = "linear"',
    source="Humbatova et al. 2020, arXiv:1910.11015",
    component="output",
    ladder=(FitOutputActivation("double_softmax"),),
    contradiction=True,
)
