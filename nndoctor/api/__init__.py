"""What the command line can do, as functions."""

from ..checks import CHECKS
from ..setup import Setup, load_model
from .common import environment, load_setup
from .data import data_report, load_data
from .examining import (
    activations_report,
    check_loss,
    checkup,
    compare_inits,
    lr_sweep,
    overfit_tiny,
    range_test,
    warm_up,
)
from .generalization import bias_variance
from .learning import baselines, capacity
from .training import train

__all__ = [
    "CHECKS",
    "Setup",
    "activations_report",
    "baselines",
    "bias_variance",
    "capacity",
    "check_loss",
    "checkup",
    "compare_inits",
    "data_report",
    "environment",
    "load_data",
    "load_model",
    "load_setup",
    "lr_sweep",
    "overfit_tiny",
    "range_test",
    "train",
    "warm_up",
]
