"""What the command line can do, as functions."""

from ..checks import CHECKS
from ..running import cluster
from ..setup import Setup, load_model, torch
from .columns import columns_in_short, columns_table
from .common import environment, load_any, load_setup
from .data import data_report, load_data
from .diagnosing import checkup, checkup_report, write_cured
from .examining import (
    activations_report,
    check_loss,
    compare_inits,
    lr_sweep,
    overfit_tiny,
    range_test,
)
from .generalization import bias_variance
from .gradients import grad_check
from .learning import baselines, capacity
from .planning import setup_report
from .predicting import Predictions, predict
from .running import dead_units_report, updates_report
from .templates import torch_template
from .training import train
from .treating import treat
from .warming import warm_up

__all__ = [
    "CHECKS",
    "Predictions",
    "Setup",
    "activations_report",
    "baselines",
    "bias_variance",
    "capacity",
    "check_loss",
    "checkup",
    "checkup_report",
    "cluster",
    "columns_in_short",
    "columns_table",
    "compare_inits",
    "data_report",
    "dead_units_report",
    "environment",
    "grad_check",
    "load_any",
    "load_data",
    "load_model",
    "load_setup",
    "lr_sweep",
    "overfit_tiny",
    "predict",
    "range_test",
    "setup_report",
    "torch",
    "torch_template",
    "train",
    "treat",
    "updates_report",
    "warm_up",
    "write_cured",
]
