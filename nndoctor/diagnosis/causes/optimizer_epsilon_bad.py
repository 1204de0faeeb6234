"""Epsilon out of order."""

from ..interventions import ResetEpsilon
from .cause import Cause

CAUSE = Cause(
    name="optimizer_epsilon_bad",
    group="optimisation",
    prior=0.2,
    title="optimizer's epsilon far from its default",
    what="The constant that guards a division decides the size of the step.",
    shows="Steps are far too small or too large.",
    proof="retrains with the optimizer's default",
    treatment="leave eps out",
    source="Kingma & Ba 2015, arXiv:1412.6980",
    component="optimizer",
    ladder=(ResetEpsilon(),),
    slows=True,
)
