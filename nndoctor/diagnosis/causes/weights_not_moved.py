"""Updates that move no weight."""

from ..interventions import StepPlainly
from .cause import Cause

CAUSE = Cause(
    name="weights_not_moved",
    group="optimisation",
    prior=0.4,
    title="updates that move no weight",
    what="The loop never calls optimizer.step(), or clears the gradients before it.",
    shows="The loss stays where it began, at any learning rate.",
    proof="retrains by zero_grad(), backward(), step()",
    treatment="optimizer.step() after loss.backward(), and zero_grad() before it",
    source="PyTorch documentation, torch.optim",
    component="loop",
    ladder=(StepPlainly(),),
    contradiction=True,
    fatal=True,
)
