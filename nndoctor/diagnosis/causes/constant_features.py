"""Columns that never change."""

from .cause import Cause

CAUSE = Cause(
    name="constant_features",
    group="inputs",
    prior=0.35,
    title="columns that never change",
    what="A column has one value.",
    shows="Nothing, or dead inputs.",
    proof="not by retraining: a check measures it",
    treatment="leave the column out",
    source="peers: deepchecks",
    data_alone=True,
)
