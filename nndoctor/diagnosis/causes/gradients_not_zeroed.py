"""Gradients of earlier steps left over."""

from ..interventions import ClearGradients
from .cause import Cause

CAUSE = Cause(
    name="gradients_not_zeroed",
    group="optimisation",
    prior=0.4,
    title="gradients not cleared",
    what="Each step adds to the gradients of all steps before.",
    shows="The loss swings or grows, as under a huge momentum.",
    proof="retrains with gradients of zero before each step",
    treatment="optimizer.zero_grad() before loss.backward()",
    source="PyTorch issue 47175 (2020)",
    component="loop",
    ladder=(ClearGradients(),),
)
