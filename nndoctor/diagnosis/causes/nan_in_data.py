"""Missing values in the data."""

from .cause import Cause

CAUSE = Cause(
    name="nan_in_data",
    group="inputs",
    prior=0.5,
    title="missing values in the data",
    what="Some cells have no value.",
    shows="The loss is NaN from the first update on.",
    proof="a check measures it; nothing is retrained",
    treatment='data.missing = "fill"',
    source="CS231n notes, neural-networks-3",
    data_alone=True,
    fatal=True,
)
