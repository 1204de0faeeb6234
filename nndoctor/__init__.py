"""nndoctor finds out why a neural network does not train.

import nndoctor
print(nndoctor.checkup("recipes/digits.toml").verdict)
"""

from .version import __version__ as __version__

TYPE_CHECKING = False  # that of `typing`, which takes as long as Python itself to start
if TYPE_CHECKING:
    from typing import Any

    from .api import (
        activations_report,
        backprop,
        baselines,
        bias_variance,
        capacity,
        check_loss,
        checkup,
        cluster,
        compare,
        compare_inits,
        compare_runs,
        compare_samplers,
        compare_story,
        data_report,
        dead_units_report,
        evaluate,
        grad_check,
        list_runs,
        load_data,
        load_model,
        load_setup,
        loss_surface,
        lr_sweep,
        overfit_tiny,
        predict,
        range_test,
        search,
        setup_report,
        surface,
        to_recipe,
        torch,
        train,
        treat,
        updates_report,
        weights,
    )
    from .report.figures import save_plots
    from .report.kept import read_baseline, read_report
    from .report.page import save_page

__all__ = [
    "activations_report",
    "backprop",
    "baselines",
    "bias_variance",
    "capacity",
    "check_loss",
    "checkup",
    "cluster",
    "compare",
    "compare_inits",
    "compare_runs",
    "compare_samplers",
    "compare_story",
    "data_report",
    "dead_units_report",
    "evaluate",
    "grad_check",
    "list_runs",
    "load_data",
    "load_model",
    "load_setup",
    "loss_surface",
    "lr_sweep",
    "overfit_tiny",
    "predict",
    "range_test",
    "read_baseline",
    "read_report",
    "save_page",
    "save_plots",
    "search",
    "setup_report",
    "surface",
    "to_recipe",
    "torch",
    "train",
    "treat",
    "updates_report",
    "weights",
]


_OF_REPORTS = {
    "read_baseline": ".report.kept",
    "read_report": ".report.kept",
    "save_page": ".report.page",
    "save_plots": ".report.figures",
}


def __getattr__(name: str) -> "Any":
    from importlib import import_module

    if name in _OF_REPORTS:
        return getattr(import_module(_OF_REPORTS[name], __name__), name)
    # the engine takes half a second to import, and `nndoctor --help` needs none of it
    if name in __all__:
        from . import api

        return getattr(api, name)
    raise AttributeError(f"module 'nndoctor' has no attribute {name!r}")
