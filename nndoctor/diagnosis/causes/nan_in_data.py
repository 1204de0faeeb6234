"""Missing values in the data."""

from .cause import Cause

CAUSE = Cause(
    name="nan_in_data",
    group="inputs",
    prior=0.5,
    title="missing values in the data",
    what="Some cells hold no number.",
    shows="The loss is NaN from the first update on.",
    proof="not by retraining: a check measures it",
    treatment="drop_missing = true, or fill them in",
    source="CS231n notes, neural-networks-3",
    data_alone=True,
)
