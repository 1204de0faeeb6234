"""Columns that never change."""

from .cause import Cause

CAUSE = Cause(
    name="constant_features",
    group="inputs",
    prior=0.35,
    title="constant columns",
    what="A column has the same value in every row.",
    shows="Usually nothing: the column is a useless input.",
    proof="a check measures it; nothing is retrained",
    treatment="leave these columns out",
    source="peers: deepchecks",
    data_alone=True,
)
