"""Target not scaled."""

from ..interventions import RescaleTarget
from .cause import Cause

CAUSE = Cause(
    name="target_not_scaled",
    group="targets",
    prior=0.6,
    title="target not scaled",
    what="The target's values are far from unit scale.",
    shows="The first loss is huge, and the outputs take long to reach the target.",
    proof="retrains on a scaled target, scored in the old units",
    treatment='preprocess.target = "standardize"',
    source="LeCun et al. 1998, Efficient BackProp, section 4.3",
    component="target",
    ladder=(RescaleTarget(),),
)
