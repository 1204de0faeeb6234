"""What the command line can do, as functions."""

from .columns import columns_in_short, columns_table
from .common import environment, load_any, load_setup
from .comparing import compare, compare_story, known_story, load_story
from .data import data_report, load_data
from .diagnosing import checkup, checkup_report, write_cured
from .drafting import init_recipe
from .evaluating import evaluate
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
from .installation import installation
from .kept_runs import compare_runs, list_runs
from .learning import baselines, capacity
from .parameters import is_model, weights
from .passes import backprop
from .patients import copy_recipe, demo, list_recipes
from .planning import setup_report
from .predicting import Predictions, predict
from .run_folder import new_run
from .running import dead_units_report, updates_report
from .searching import compare_samplers, search
from .surfaces import loss_surface, surface
from .templates import torch_template
from .training import train
from .treating import treat
from .warming import warm_up

__all__ = [
    "Predictions",
    "activations_report",
    "backprop",
    "baselines",
    "bias_variance",
    "capacity",
    "check_loss",
    "checkup",
    "checkup_report",
    "columns_in_short",
    "columns_table",
    "compare",
    "compare_inits",
    "compare_runs",
    "compare_samplers",
    "compare_story",
    "copy_recipe",
    "data_report",
    "dead_units_report",
    "demo",
    "environment",
    "evaluate",
    "grad_check",
    "init_recipe",
    "installation",
    "is_model",
    "known_story",
    "list_recipes",
    "list_runs",
    "load_any",
    "load_data",
    "load_setup",
    "load_story",
    "loss_surface",
    "lr_sweep",
    "new_run",
    "overfit_tiny",
    "predict",
    "range_test",
    "search",
    "setup_report",
    "surface",
    "torch_template",
    "train",
    "treat",
    "updates_report",
    "warm_up",
    "weights",
    "write_cured",
]
