"""What only a program of a user's own can get wrong."""

from .activation_before_loss import ActivationBeforeLoss
from .cleared_gradients import ClearedGradients
from .deaf_inputs import DeafInputs
from .evaluation_gap import EvaluationGap
from .first_broken_module import FirstBrokenModule
from .moved_weights import MovedWeights
from .optimizer_parameters import OptimizerParameters
from .own_code_check import OwnCodeCheck
from .reached_parameters import ReachedParameters
from .repeatability import Repeatability
from .row_independence import RowIndependence
from .target_kind import TargetKind
from .target_shape import TargetShape
from .training_mode import TrainingMode

OWN_CODE_CHECKS: tuple[OwnCodeCheck, ...] = (
    OptimizerParameters(),
    ReachedParameters(),
    ClearedGradients(),
    MovedWeights(),
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
