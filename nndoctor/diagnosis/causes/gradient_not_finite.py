"""A slope that is not finite where the value is."""

from .cause import Cause

CAUSE = Cause(
    name="gradient_not_finite",
    group="network",
    prior=0.2,
    title="a gradient that is not finite",
    what="An operation has no finite slope at a value that it meets: a root or a norm at 0, a "
    "logarithm or a division beside 0.",
    shows="The loss is finite, and NaN after one update; a smaller rate changes nothing.",
    proof="a check finds the first gradient that is NaN or infinite under a finite loss, and "
    "PyTorch the operation; nothing is retrained",
    treatment="keep what goes in away from there: (x + 1e-8).sqrt(), x.clamp(min=1e-8); "
    "torch.where stops no NaN, so its argument too",
    source="PyTorch documentation, autograd anomaly detection; pytorch/pytorch issue 4132",
    contradiction=True,
    in_reference=True,
    fatal=True,
)
