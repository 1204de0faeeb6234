"""Targets are noise."""

from .cause import Cause

CAUSE = Cause(
    name="labels_random",
    group="targets",
    prior=0.3,
    title="targets are noise",
    what="The labels carry no information.",
    shows="Training rows are memorised; held-out scores stay at chance.",
    proof="references fail on held-out rows while a network memorises",
    treatment="check the labels of a few rows by hand",
    source="Zhang et al. 2017, arXiv:1611.03530",
)
