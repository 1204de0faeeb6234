"""Underfitting."""

from .cause import Cause

CAUSE = Cause(
    name="underfitting",
    group="regularisation and validation",
    prior=0.2,
    title="underfitting",
    what="Even the training rows are not fitted.",
    shows="Training and held-out scores are equally poor.",
    proof="the reference learns what this network does not",
    treatment="a larger network, less regularisation",
    source="CS231n lecture 6 (2016)",
)
