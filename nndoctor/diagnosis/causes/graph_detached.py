"""A graph cut between loss and parameters."""

from .cause import Cause

CAUSE = Cause(
    name="graph_detached",
    group="network",
    prior=0.2,
    title="graph cut between loss and parameters",
    what="detach(), .data, .item(), NumPy or no_grad on the way keeps gradients back.",
    shows="Layers before the cut get no gradient and never change.",
    proof="a check measures it; nothing is retrained",
    treatment="no detach(), .data, .item() or no_grad between inputs and loss",
    source="PyTorch documentation, Autograd mechanics",
    contradiction=True,
)
