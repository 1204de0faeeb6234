"""What the command line can do, as functions."""

from ..checks import CHECKS
from ..setup import Setup, load_model
from .common import environment, load_setup
from .data import data_report, load_data
from .diagnosing import cured_recipe, diagnose, diagnosis_report, treat, write_cured
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
from .planning import setup_report
from .predicting import Predictions, predict
from .training import train

__all__ = [
    "CHECKS",
    "Predictions",
    "Setup",
    "activations_report",
    "check_loss",
    "checkup",
    "compare_inits",
    "cured_recipe",
    "data_report",
    "diagnose",
    "diagnosis_report",
    "environment",
    "load_data",
    "load_model",
    "load_setup",
    "lr_sweep",
    "overfit_tiny",
    "predict",
    "range_test",
    "setup_report",
    "train",
    "treat",
    "warm_up",
    "write_cured",
]
