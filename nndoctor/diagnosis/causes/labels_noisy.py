"""Some labels are wrong."""

from .cause import Cause

CAUSE = Cause(
    name="labels_noisy",
    group="targets",
    prior=0.3,
    title="some labels are wrong",
    what="A part of the rows was given another class than its own.",
    shows="Held-out scores stop short of 1, and training rows are learned by heart.",
    proof="not by retraining: a check measures it",
    treatment="look at the rows that the check lists and correct what is wrong",
    source="Northcutt et al. 2021, arXiv:1911.00068; Pleiss et al. 2020, arXiv:2001.10528",
)
