"""What is asked of every plan of a training."""

from .batch_size import BatchSize
from .bottleneck import Bottleneck
from .dropout import Dropout
from .hidden_activation import HiddenActivation
from .linear_stack import LinearStack
from .loss_for_task import LossForTask
from .loss_input import LossInput
from .loss_reduction import LossReduction
from .metric_for_task import MetricForTask
from .norm_bias import NormBias
from .optimizer_settings import OptimizerSettings
from .output_activation import OutputActivation
from .output_units import OutputUnits
from .penalty_strength import PenaltyStrength
from .rate_for_optimizer import RateForOptimizer
from .relu_depth import ReluDepth
from .saturating_depth import SaturatingDepth
from .schedule_decay import ScheduleDecay
from .setup_check import SetupCheck
from .update_budget import UpdateBudget
from .validation_rows import ValidationRows

SETUP_CHECKS: tuple[SetupCheck, ...] = (
    OutputActivation(),
    LossInput(),
    LossForTask(),
    OutputUnits(),
    LinearStack(),
    HiddenActivation(),
    SaturatingDepth(),
    ReluDepth(),
    Bottleneck(),
    NormBias(),
    LossReduction(),
    RateForOptimizer(),
    UpdateBudget(),
    ScheduleDecay(),
    OptimizerSettings(),
    PenaltyStrength(),
    Dropout(),
    BatchSize(),
    ValidationRows(),
    MetricForTask(),
)
