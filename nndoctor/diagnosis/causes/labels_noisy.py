"""Some labels are wrong."""

from .cause import Cause

CAUSE = Cause(
    name="labels_noisy",
    group="targets",
    prior=0.3,
    title="some labels are wrong",
    what="Some rows carry the wrong class.",
    shows="Training rows are memorised; held-out scores stay well below 1.",
    proof="a check measures it; nothing is retrained",
    treatment="look at the rows that the check lists and correct the wrong labels",
    source="Northcutt et al. 2021, arXiv:1911.00068; Pleiss et al. 2020, arXiv:2001.10528",
)
