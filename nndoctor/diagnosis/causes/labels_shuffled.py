"""Targets do not belong to their rows."""

from .cause import Cause

CAUSE = Cause(
    name="labels_shuffled",
    group="targets",
    prior=0.4,
    title="targets do not belong to their rows",
    what="Inputs or targets were reordered on their own.",
    shows="Training rows are memorised; held-out scores stay at chance.",
    proof="references fail on held-out rows while a network memorises",
    treatment="check how inputs and targets were joined",
    source="Zhang et al. 2017, arXiv:1611.03530",
)
