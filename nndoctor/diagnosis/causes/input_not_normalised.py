"""Inputs not scaled."""

from ..interventions import RescaleInputs
from .cause import Cause

CAUSE = Cause(
    name="input_not_normalised",
    group="inputs",
    prior=0.9,
    title="inputs not scaled",
    what="Columns are far from mean 0 and standard deviation 1.",
    shows="The first loss is huge, or training is slow or diverges.",
    proof="retrains with standardised inputs",
    treatment='features = "standardize"',
    source="LeCun et al. 1998, Efficient BackProp, section 4.3",
    component="inputs",
    ladder=(RescaleInputs(),),
)
