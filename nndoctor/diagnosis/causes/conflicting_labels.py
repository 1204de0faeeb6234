"""Equal rows with different targets."""

from .cause import Cause

CAUSE = Cause(
    name="conflicting_labels",
    group="targets",
    prior=0.3,
    title="equal rows with different targets",
    what="The inputs can't tell these rows apart.",
    shows="The loss stops above 0 even on training rows.",
    proof="not by retraining: a check measures it",
    treatment="add the inputs that tell them apart",
    source="Northcutt et al. 2021, arXiv:1911.00068",
    data_alone=True,
)
