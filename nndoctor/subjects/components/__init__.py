"""One component of a recipe as it is in another one on the same rows: the edits that make it so."""

from collections.abc import Callable

from ...diagnosis.components import OWN_CODE
from ...recipe import as_dict
from ...setup import Setup
from ..edits.editing import Edits
from . import layers
from .meaning import changed, matters
from .output import output

# keys of [training] that are no matter of steps
_NO_STEPS = ("seed", "noise", "dtype", "ensemble", "metrics")


def swap(component: str, base: Setup, donor: Setup) -> Edits:
    """Edits of the base's recipe, {} where the two mean the same in this component."""
    if component in OWN_CODE:
        return {}
    edits = _SWAPS[component](base, donor)
    return edits if edits and matters(base, edits) else {}


def _inputs(base: Setup, donor: Setup) -> Edits:
    mine, theirs = (as_dict(one.recipe)["data"].get("preprocess", {}) for one in (base, donor))
    return changed("data.preprocess", mine, theirs, "target")


def _target(base: Setup, donor: Setup) -> Edits:
    mine, theirs = (one.recipe.data.preprocess.target for one in (base, donor))
    if base.trainable.task.kind != "regression" or mine == theirs:
        return {}
    return {"data.preprocess.target": None if theirs == "none" else theirs}


def _penalties(base: Setup, donor: Setup) -> Edits:
    """All that holds the weights or the answers back; a decay that an optimizer has by default
    comes with it."""
    old, new = as_dict(base.recipe), as_dict(donor.recipe)
    edits = {
        **layers.layered(base, donor, ("l1", "l2")),
        **changed("regularization", old.get("regularization", {}), new.get("regularization", {})),
    }
    for table, key in (
        ("optimizer", "weight_decay"),
        ("training", "noise"),
        ("loss", "label_smoothing"),
    ):
        mine, theirs = (one.get(table, {}).get(key) for one in (old, new))
        if mine != theirs:
            edits[f"{table}.{key}"] = theirs
    return edits


def _optimizer(base: Setup, donor: Setup) -> Edits:
    """All of it but the decay; the other way to train, on all rows at once, is no such donor."""
    if donor.trainable.full_batch:
        return {}
    mine, theirs = (as_dict(one.recipe)["optimizer"] for one in (base, donor))
    edits = changed("optimizer", mine, theirs, "weight_decay")
    if "optimizer.name" in edits:
        # the text may not state the rate: each optimizer has its own by default
        edits["optimizer.learning_rate"] = donor.recipe.optimizer.learning_rate
    return edits


def _schedule(base: Setup, donor: Setup) -> Edits:
    mine, theirs = (as_dict(one.recipe).get("schedule", {}) for one in (base, donor))
    if mine.get("name") == theirs.get("name") and mine and theirs:
        return changed("schedule", mine, theirs)
    return {} if mine == theirs else {"schedule": theirs or None}


def _steps(base: Setup, donor: Setup) -> Edits:
    """Epochs, batches, their order and when it stops."""
    mine, theirs = (as_dict(one.recipe)["training"] for one in (base, donor))
    looked_at = "early_stopping" in {**mine, **theirs}
    return changed(
        "training", mine, theirs, *_NO_STEPS, *(() if looked_at else ("validate_every",))
    )


_SWAPS: dict[str, Callable[[Setup, Setup], Edits]] = {
    "inputs": _inputs,
    "target": _target,
    "output": output,
    "size": layers.size,
    "activation": layers.activation,
    "weights": layers.weights,
    "normalisation": layers.normalisation,
    "penalties": _penalties,
    "dropout": layers.dropout,
    "optimizer": _optimizer,
    "schedule": _schedule,
    "steps": _steps,
}
