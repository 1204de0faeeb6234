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
        baselines,
        bias_variance,
        capacity,
        check_loss,
        checkup,
        cluster,
        compare_inits,
        data_report,
        dead_units_report,
        grad_check,
        load_data,
        load_model,
        load_setup,
        lr_sweep,
        overfit_tiny,
        predict,
        range_test,
        setup_report,
        torch,
        train,
        treat,
        updates_report,
    )

__all__ = [
    "activations_report",
    "baselines",
    "bias_variance",
    "capacity",
    "check_loss",
    "checkup",
    "cluster",
    "compare_inits",
    "data_report",
    "dead_units_report",
    "grad_check",
    "load_data",
    "load_model",
    "load_setup",
    "lr_sweep",
    "overfit_tiny",
    "predict",
    "range_test",
    "setup_report",
    "torch",
    "train",
    "treat",
    "updates_report",
]


def __getattr__(name: str) -> "Any":
    # the engine takes half a second to import, and `nndoctor --help` needs none of it
    if name in __all__:
        from . import api

        return getattr(api, name)
    raise AttributeError(f"module 'nndoctor' has no attribute {name!r}")
