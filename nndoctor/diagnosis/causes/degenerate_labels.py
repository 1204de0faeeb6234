"""Only one label."""

from .cause import Cause

CAUSE = Cause(
    name="degenerate_labels",
    group="targets",
    prior=0.5,
    title="only one label",
    what="All rows, or nearly all, have the same target.",
    shows="The loss is 0 at once, or accuracy equals the majority class's share.",
    proof="a check measures it; nothing is retrained",
    treatment="check how the target was made",
    source="Humbatova et al. 2020, arXiv:1910.11015",
    contradiction=True,
    data_alone=True,
    meaningless=True,
)
