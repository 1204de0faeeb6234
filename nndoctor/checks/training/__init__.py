"""What is asked of one run of the set-up as it is."""

from .cost_explosion import CostExplosion
from .course_check import CourseCheck
from .frozen_layer import FrozenLayer
from .gradient_flow import GradientFlow
from .oscillation import Oscillation
from .plateau import Plateau
from .rate_in_use import RateInUse
from .spikes import Spikes
from .still_falling import StillFalling
from .update_ratio import UpdateRatio
from .weight_growth import WeightGrowth

COURSE_CHECKS: tuple[CourseCheck, ...] = (
    UpdateRatio(),
    RateInUse(),
    Plateau(),
    Oscillation(),
    Spikes(),
    CostExplosion(),
    StillFalling(),
    GradientFlow(),
    WeightGrowth(),
    FrozenLayer(),
)
