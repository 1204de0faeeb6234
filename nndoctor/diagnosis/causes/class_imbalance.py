"""One class outnumbers the others."""

from ..interventions import BalanceClasses
from .cause import Cause

CAUSE = Cause(
    name="class_imbalance",
    group="targets",
    prior=0.5,
    title="one class outnumbers the others",
    what="The rare class hardly counts in the loss.",
    shows="Accuracy equals the share of the largest class.",
    proof="retrains with balanced class weights, scored by Matthews correlation",
    treatment='class_weights = "balanced"',
    source="Chicco & Jurman 2020",
    component="output",
    ladder=(BalanceClasses(),),
)
