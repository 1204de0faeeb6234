"""Nothing held out."""

from .cause import Cause

CAUSE = Cause(
    name="missing_validation",
    group="regularisation and validation",
    prior=0.2,
    title="no validation rows",
    what="All rows are used for training.",
    shows="There is no score on rows that were not trained on.",
    proof="a check measures it; nothing is retrained",
    treatment="validation = 0.2",
    source="CS231n lecture 6 (2016)",
)
