"""Inputs scaled twice."""

from ..interventions import RescaleTinyInputs
from .cause import Cause

CAUSE = Cause(
    name="input_double_scaled",
    group="inputs",
    prior=0.4,
    title="inputs scaled twice",
    what="Columns were scaled twice and hardly vary.",
    shows="Training is slow; predictions are nearly the same for all rows.",
    proof="retrains with standardised inputs",
    treatment="scale once: in the file or in the recipe",
    source="LeCun et al. 1998, Efficient BackProp, section 4.3",
    component="inputs",
    ladder=(RescaleTinyInputs(),),
)
