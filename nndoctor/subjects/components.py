"""One component of a recipe as it is in another one on the same rows: the edits that make it so."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..recipe import as_dict
from ..setup import Setup
from .edits.editing import Edits, layer_tables, output_edits

Table = dict[str, Any]

_WEIGHTS = ("init", "init_gain", "bias_init")
_NORMS = ("batch_norm", "layer_norm")
_STEPS_KEPT = ("seed", "noise", "dtype")  # keys of [training] that are no matter of steps
# what the short form of a model says once for all hidden layers
_SHORT = ("activation", "init", "init_gain", "dropout", "batch_norm", "layer_norm")


def swap(component: str, base: Setup, donor: Setup) -> Edits:
    """Edits of the base's recipe, {} where the two do not differ in this component."""
    return _SWAPS[component](base, donor)


def _changed(path: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Table:
    """Only the keys that differ; those that the new table lacks are taken away."""
    keys = [*new, *(key for key in old if key not in new)]
    return {f"{path}.{key}": new.get(key) for key in keys if old.get(key) != new.get(key)}


def _without(table: Mapping[str, Any], *keys: str) -> Table:
    return {key: value for key, value in table.items() if key not in keys}


def _hidden(base: Setup, donor: Setup, keys: Sequence[str]) -> Table:
    """Those keys of the hidden layers, one by one, the donor's last again where there are more."""
    mine, theirs = layer_tables(base)[:-1], layer_tables(donor)[:-1]
    if not mine or not theirs:
        return {}
    sources = [theirs[min(at, len(theirs) - 1)] for at in range(len(mine))]
    changes = [
        {key: source.get(key) for key in keys if table.get(key) != source.get(key)}
        for table, source in zip(mine, sources, strict=True)
    ]
    if not any(changes):
        return {}
    if base.recipe.model.layers is not None:
        return {
            f"model.layers[{at}].{key}": value
            for at, change in enumerate(changes)
            for key, value in change.items()
        }
    same = all(change == changes[0] for change in changes)
    if same and set(changes[0]) <= set(_SHORT):
        return {f"model.{key}": value for key, value in changes[0].items()}
    layers = [_merged(table, change) for table, change in zip(mine, changes, strict=True)]
    return _long(base, [*layers, layer_tables(base)[-1]])


def _merged(table: Mapping[str, Any], change: Mapping[str, Any]) -> Table:
    return {key: value for key, value in {**table, **change}.items() if value is not None}


def _long(base: Setup, layers: Sequence[Table]) -> Table:
    """A model of the short form written out layer by layer."""
    kept = _without(as_dict(base.recipe)["model"], *_SHORT, "hidden", "layers",
                    "output_activation", "output_init")  # fmt: skip
    return {"model": {**kept, "layers": list(layers)}}


def _inputs(base: Setup, donor: Setup) -> Edits:
    mine, theirs = (_without(as_dict(one.recipe)["data"].get("preprocess", {}), "target")
                    for one in (base, donor))  # fmt: skip
    return _changed("data.preprocess", mine, theirs)


def _target(base: Setup, donor: Setup) -> Edits:
    mine, theirs = (one.recipe.data.preprocess.target for one in (base, donor))
    if base.trainable.task.kind != "regression" or mine == theirs:
        return {}
    return {"data.preprocess.target": None if theirs == "none" else theirs}


def _output(base: Setup, donor: Setup) -> Edits:
    """Loss, encoding and last layer, which only make sense together."""
    mine, theirs = base.trainable, donor.trainable
    weights = (mine.class_weights, mine.smoothing), (theirs.class_weights, theirs.smoothing)
    if mine.task == theirs.task and weights[0] == weights[1]:
        return {}
    old, new = as_dict(base.recipe), as_dict(donor.recipe)
    last = layer_tables(donor)[-1]
    layer = {"activation": last.get("activation", "linear")}
    if base.recipe.model.layers is not None:
        layer["units"] = theirs.task.outputs
    encoding = (old["data"].get("target_encoding"), new["data"].get("target_encoding"))
    recoded = mine.task.encoding != theirs.task.encoding or mine.task.outputs != theirs.task.outputs
    return {
        **_changed("loss", old.get("loss", {}), new.get("loss", {})),
        **({"data.target_encoding": encoding[1]} if recoded and encoding[0] != encoding[1] else {}),
        **output_edits(base, layer),
    }


def _size(base: Setup, donor: Setup) -> Edits:
    mine, theirs = layer_tables(base), layer_tables(donor)
    widths = [table["units"] for table in theirs[:-1]]
    if [table["units"] for table in mine[:-1]] == widths:
        return {}
    if base.recipe.model.layers is None:
        return {"model.hidden": widths}
    usual = {"activation": "relu"}
    sources = mine[:-1] or [usual]
    layers = [
        {**sources[min(at, len(sources) - 1)], "units": units} for at, units in enumerate(widths)
    ]
    return {"model.layers": [*layers, mine[-1]]}


def _weights(base: Setup, donor: Setup) -> Edits:
    edits = _hidden(base, donor, _WEIGHTS)
    last, theirs = layer_tables(base)[-1], layer_tables(donor)[-1]
    change = {key: theirs.get(key) for key in _WEIGHTS if last.get(key) != theirs.get(key)}
    if "model" in edits:
        layers = edits["model"]["layers"]
        edits["model"]["layers"] = [*layers[:-1], _merged(layers[-1], change)]
        return edits
    return {**edits, **output_edits(base, change)}


def _normalisation(base: Setup, donor: Setup) -> Edits:
    mine, theirs = (one.recipe.model.input_batch_norm for one in (base, donor))
    first = {"model.input_batch_norm": theirs or None} if mine != theirs else {}
    return {**_hidden(base, donor, _NORMS), **first}


def _penalties(base: Setup, donor: Setup) -> Edits:
    old, new = as_dict(base.recipe), as_dict(donor.recipe)
    decay = [table["optimizer"].get("weight_decay") for table in (old, new)]
    noise = [table.get("training", {}).get("noise") for table in (old, new)]
    layers = _hidden(base, donor, ("l1", "l2"))
    if base.recipe.model.layers is not None:
        last = len(base.recipe.model.layers) - 1
        given = layer_tables(base)[-1]
        layers |= {f"model.layers[{last}].{key}": None for key in ("l1", "l2") if given.get(key)}
    return {
        **layers,
        **_changed("regularization", old.get("regularization", {}), new.get("regularization", {})),
        **({"optimizer.weight_decay": decay[1]} if decay[0] != decay[1] else {}),
        **({"training.noise": noise[1]} if noise[0] != noise[1] else {}),
    }


def _dropout(base: Setup, donor: Setup) -> Edits:
    return _hidden(base, donor, ("dropout",))


def _optimizer(base: Setup, donor: Setup) -> Edits:
    if donor.trainable.full_batch:
        return {}
    mine, theirs = (_without(as_dict(one.recipe)["optimizer"], "weight_decay")
                    for one in (base, donor))  # fmt: skip
    return _changed("optimizer", mine, theirs)


def _schedule(base: Setup, donor: Setup) -> Edits:
    mine, theirs = (as_dict(one.recipe).get("schedule") for one in (base, donor))
    return {} if mine == theirs else {"schedule": theirs}


def _steps(base: Setup, donor: Setup) -> Edits:
    mine, theirs = (_without(as_dict(one.recipe)["training"], *_STEPS_KEPT)
                    for one in (base, donor))  # fmt: skip
    return _changed("training", mine, theirs)


_SWAPS: dict[str, Callable[[Setup, Setup], Edits]] = {
    "inputs": _inputs,
    "target": _target,
    "output": _output,
    "activation": lambda base, donor: _hidden(base, donor, ("activation",)),
    "size": _size,
    "weights": _weights,
    "normalisation": _normalisation,
    "penalties": _penalties,
    "dropout": _dropout,
    "optimizer": _optimizer,
    "schedule": _schedule,
    "steps": _steps,
}
