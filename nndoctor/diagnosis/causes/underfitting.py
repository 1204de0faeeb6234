"""Underfitting."""

from .cause import Cause

CAUSE = Cause(
    name="underfitting",
    group="regularisation and validation",
    prior=0.2,
    title="underfitting",
    what="Not even training rows are learned.",
    shows="Training and held-out rows are equally bad.",
    proof="the reference learns what this network does not",
    treatment="a larger network, less regularisation",
    source="CS231n lecture 6 (2016)",
)
