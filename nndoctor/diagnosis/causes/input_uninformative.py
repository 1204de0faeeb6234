"""Inputs say nothing about the target."""

from .cause import Cause

CAUSE = Cause(
    name="input_uninformative",
    group="inputs",
    prior=0.3,
    title="inputs do not predict the target",
    what="No model predicts held-out rows better than a constant.",
    shows="Training rows can be memorised; held-out scores stay at chance.",
    proof="all references, of several kinds, fail on held-out rows",
    treatment="look for other inputs; check that rows match their targets",
    source="Humbatova et al. 2020, arXiv:1910.11015",
)
