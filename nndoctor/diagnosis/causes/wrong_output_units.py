"""Wrong number of output units."""

from ..interventions import FitOutputUnits
from .cause import Cause

CAUSE = Cause(
    name="wrong_output_units",
    group="loss and last layer",
    prior=0.5,
    title="wrong number of output units",
    what="There are more outputs than classes.",
    shows="Training starts slowly; some outputs stand for no class.",
    proof="retrains with one output unit per class",
    treatment="one output unit per class",
    source="Humbatova et al. 2020, arXiv:1910.11015",
    component="output",
    ladder=(FitOutputUnits(),),
    contradiction=True,
)
