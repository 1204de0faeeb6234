"""Equal rows with different targets."""

from .cause import Cause

CAUSE = Cause(
    name="conflicting_labels",
    group="targets",
    prior=0.3,
    title="identical rows with different targets",
    what="The inputs can't tell these rows apart.",
    shows="The training loss can't reach 0.",
    proof="a check measures it; nothing is retrained",
    treatment="add the inputs that tell them apart",
    source="Northcutt et al. 2021, arXiv:1911.00068",
    data_alone=True,
)
