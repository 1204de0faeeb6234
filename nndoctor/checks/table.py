"""Every check there is: the flat table code -> check."""

from .check import Check
from .data import DATA_CHECKS
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
from .layers import TRAINED_LAYERS, UNTRAINED_LAYERS
from .layers.broken_run import BrokenRun
from .layers.comparison import InitComparison
from .layers.rank_collapse import RankCollapse
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
from .own_code import OWN_CODE_CHECKS
from .setup import SETUP_CHECKS
from .training import COURSE_CHECKS

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
