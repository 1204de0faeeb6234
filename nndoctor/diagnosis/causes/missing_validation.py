"""Nothing held out."""

from .cause import Cause

CAUSE = Cause(
    name="missing_validation",
    group="regularisation and validation",
    prior=0.2,
    title="nothing held out",
    what="All rows are trained on.",
    shows="Nobody knows how good it is.",
    proof="not by retraining: a check measures it",
    treatment="validation = 0.2",
    source="CS231n lecture 6 (2016)",
)
