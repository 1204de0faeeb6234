"""Every check there is: the flat table code -> check."""

from .check import Check
from .data.class_balance import ClassBalance
from .data.computed_target import ComputedTarget
from .data.conflicting_labels import ConflictingLabels
from .data.constant_columns import ConstantColumns
from .data.data_check import DataCheck
from .data.domain_classifier import DomainClassifier
from .data.drift import Drift
from .data.duplicate_columns import DuplicateColumns
from .data.duplicate_rows import DuplicateRows
from .data.feature_scale import FeatureScale
from .data.identifier_columns import IdentifierColumns
from .data.label_errors import LabelErrors
from .data.label_noise import LabelNoise
from .data.missing_values import MissingValues
from .data.missing_zeros import MissingZeros
from .data.outliers import Outliers
from .data.parameter_count import ParameterCount
from .data.row_order import RowOrder
from .data.sentinel_values import SentinelValues
from .data.series_split import SeriesSplit
from .data.shared_rows import SharedRows
from .data.target_leak import TargetLeak
from .data.target_scale import TargetScale
from .data.telling_gaps import TellingGaps
from .generalization.bias_variance import BiasVariance
from .generalization.easier_validation import EasierValidation
from .generalization.learning_curve import LearningCurve
from .generalization.mismatch import Mismatch
from .generalization.overfitting import Overfitting
from .init.first_gradients import FirstGradients
from .init.gradient_check import GradientCheck
from .init.initial_loss import InitialLoss
from .init.penalty import Penalty
from .init.prior import PriorAtStart
from .init.probabilities import Undecided
from .init.symmetry import Symmetry
from .init.weight_scale import WeightScale
from .layers.broken_run import BrokenRun
from .layers.collapse import Collapse
from .layers.comparison import InitComparison
from .layers.dead_units import DeadUnits
from .layers.explosion import Explosion
from .layers.layer_check import LayerCheck
from .layers.rank_collapse import RankCollapse
from .layers.saturation import Saturation
from .layers.stretch import StackStretch
from .layers.training_and_use import TrainingAndUse
from .layers.unit_census import UnitCensus
from .learning.capacity import Capacity
from .learning.guessing import BetterThanGuessing
from .learning.input_independent import InputIndependent
from .learning.range_test import RangeTest
from .learning.rate import LearningRate
from .learning.simple_baselines import SimpleBaselines
from .learning.tiny_overfit import TinyOverfit
from .own_code.activation_before_loss import ActivationBeforeLoss
from .own_code.cleared_gradients import ClearedGradients
from .own_code.deaf_inputs import DeafInputs
from .own_code.evaluation_gap import EvaluationGap
from .own_code.first_broken_module import FirstBrokenModule
from .own_code.optimizer_parameters import OptimizerParameters
from .own_code.own_code_check import OwnCodeCheck
from .own_code.reached_parameters import ReachedParameters
from .own_code.repeatability import Repeatability
from .own_code.row_independence import RowIndependence
from .own_code.target_kind import TargetKind
from .own_code.target_shape import TargetShape
from .own_code.training_mode import TrainingMode
from .setup.batch_size import BatchSize
from .setup.bottleneck import Bottleneck
from .setup.dropout import Dropout
from .setup.hidden_activation import HiddenActivation
from .setup.linear_stack import LinearStack
from .setup.loss_for_task import LossForTask
from .setup.loss_input import LossInput
from .setup.loss_reduction import LossReduction
from .setup.metric_for_task import MetricForTask
from .setup.norm_bias import NormBias
from .setup.optimizer_settings import OptimizerSettings
from .setup.output_activation import OutputActivation
from .setup.output_units import OutputUnits
from .setup.penalty_strength import PenaltyStrength
from .setup.rate_for_optimizer import RateForOptimizer
from .setup.relu_depth import ReluDepth
from .setup.saturating_depth import SaturatingDepth
from .setup.schedule_decay import ScheduleDecay
from .setup.setup_check import SetupCheck
from .setup.update_budget import UpdateBudget
from .setup.validation_rows import ValidationRows
from .training.cost_explosion import CostExplosion
from .training.course_check import CourseCheck
from .training.frozen_layer import FrozenLayer
from .training.gradient_flow import GradientFlow
from .training.oscillation import Oscillation
from .training.plateau import Plateau
from .training.rate_in_use import RateInUse
from .training.spikes import Spikes
from .training.still_falling import StillFalling
from .training.update_ratio import UpdateRatio
from .training.weight_growth import WeightGrowth

DATA_CHECKS: tuple[DataCheck, ...] = (
    MissingValues(),
    ConstantColumns(),
    DuplicateColumns(),
    FeatureScale(),
    Outliers(),
    SentinelValues(),
    DuplicateRows(),
    SharedRows(),
    ConflictingLabels(),
    RowOrder(),
    ClassBalance(),
    TargetScale(),
    Drift(),
    DomainClassifier(),
    TargetLeak(),
    LabelErrors(),
    ParameterCount(),
    LabelNoise(),
    IdentifierColumns(),
    MissingZeros(),
    ComputedTarget(),
    SeriesSplit(),
    TellingGaps(),
)

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

# Before training a few dead units are luck of the draw where inputs are all positive, and a first
# layer saturated by raw inputs still learns; what counts is a layer that hardly speaks. After
# training the lower levels hold.
UNTRAINED_LAYERS: tuple[LayerCheck, ...] = (
    Collapse(),
    Explosion(),
    Saturation(warning=0.5, error=0.9),
    DeadUnits(warning=0.4, error=0.9),
)
TRAINED_LAYERS: tuple[LayerCheck, ...] = (
    Collapse("ND603", "collapsed-activations-trained"),
    Explosion("ND604", "exploding-activations-trained"),
    Saturation("ND605", "saturated-activations-trained"),
    DeadUnits("ND606", "dead-units-trained"),
)

# Judged on one run of the set-up as it is.
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

# What only a program of a user's own can get wrong.
OWN_CODE_CHECKS: tuple[OwnCodeCheck, ...] = (
    OptimizerParameters(),
    ReachedParameters(),
    ClearedGradients(),
    ActivationBeforeLoss(),
    TargetKind(),
    TargetShape(),
    TrainingMode(),
    RowIndependence(),
    DeafInputs(),
    FirstBrokenModule(),
    EvaluationGap(),
    Repeatability(),
)

CHECKS: dict[str, Check] = {
    check.code: check
    for check in (
        *DATA_CHECKS,
        *SETUP_CHECKS,
        InitialLoss(),
        Penalty(),
        PriorAtStart(),
        *UNTRAINED_LAYERS,
        InitComparison(),
        Symmetry(),
        WeightScale(),
        Undecided(),
        FirstGradients(),
        GradientCheck(),
        TinyOverfit(),
        InputIndependent(),
        SimpleBaselines(),
        Capacity(),
        BetterThanGuessing(),
        LearningRate(),
        RangeTest(),
        *TRAINED_LAYERS,
        *COURSE_CHECKS,
        BrokenRun(),
        UnitCensus(),
        RankCollapse(),
        StackStretch(),
        TrainingAndUse(),
        BiasVariance(),
        Overfitting(),
        EasierValidation(),
        LearningCurve(),
        Mismatch(),
        *OWN_CODE_CHECKS,
    )
}
