"""Rate decays too fast."""

from ..interventions import DropSchedule
from .cause import Cause

CAUSE = Cause(
    name="schedule_decays_too_fast",
    group="optimisation",
    prior=0.4,
    title="learning rate decays too fast",
    what="The learning rate is almost 0 before training is done.",
    shows="The loss stops falling.",
    proof="retrains at a constant learning rate",
    treatment="a slower schedule",
    source="CS231n lecture 6 (2016)",
    component="schedule",
    ladder=(DropSchedule(),),
    slows=True,
)
