"""Changes of the hidden layers: activations, depth, width, first weights."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ...diagnosis.subject import Refused
from ...recipe import Layer, as_dict
from ...setup import Setup
from ...trainable import Array
from .editing import Edits, hidden_edits, hidden_of, layers_of, output_edits

SATURATING = {"sigmoid", "hard_sigmoid", "clipped_sigmoid", "tanh", "hard_tanh", "softsign"}
UNFIT = {"sigmoid", "hard_sigmoid", "clipped_sigmoid", "softmax", "exponential"}
KINDS = {"linear": {"linear"}, "unfit": UNFIT, "saturating": SATURATING, "relu": {"relu"}}
NAMED = {
    "linear": "linear",
    "unfit": "sigmoid, softmax or exponential",
    "saturating": "saturating",
    "relu": "ReLU",
}
EQUAL = {"zeros", "ones", "constant"}
DEEP = 4  # hidden layers
LEAST, MOST = 32, 256
OFF = 2.0  # times or part of the sound standard deviation


def activation_by(setup: Setup, which: str, by: str) -> Edits | Refused:
    """Another activation in hidden layers of a kind, with the first weights that suit it.

    Leaky ReLU keeps the weights of the ReLU it stands in for, and also stands in for one that ends
    the network: a unit that puts the network's numbers out can die as well.
    """
    names = KINDS[which]
    dies = which == "relu"
    values = {"activation": by} if dies else {"activation": by, "init": None}
    edits = hidden_edits(setup, values, lambda layer: layer.activation.name in names)
    if dies and layers_of(setup)[-1].activation.name in names:
        edits |= output_edits(setup, {"activation": by})
    return edits or Refused(f"no hidden layer has a {NAMED[which]} activation")


def normalised(setup: Setup, saturating: bool) -> Edits | Refused:
    """Batch norm in each hidden layer; with `saturating` also ReLU where they saturate."""
    hidden = hidden_of(setup)
    if len(hidden) < 2:
        return Refused("there are fewer than two hidden layers")
    if any(layer.norm for layer in hidden):
        return Refused("hidden layers are normalised already")
    norm = hidden_edits(setup, {"batch_norm": True})
    if not saturating:
        return norm
    relu = activation_by(setup, "saturating", "relu")
    return relu if isinstance(relu, Refused) else {**norm, **relu}


def wider(setup: Setup, factor: int) -> Edits | Refused:
    """Hidden layers so many times as wide, or one where there is none."""
    recipe, hidden = setup.recipe, hidden_of(setup)
    widths = [min(max(factor * layer.units, LEAST), max(MOST, layer.units)) for layer in hidden]
    wide = [at for at, layer in enumerate(hidden) if layer.units < widths[at]]
    if hidden and not wide:
        return Refused(f"the hidden layers have {MOST} units or more already")
    if recipe.model.layers is None:
        return {"model.hidden": widths or [2 * LEAST]}
    if not hidden:
        first: dict[str, Any] = {"units": 2 * LEAST, "activation": "relu"}
        return {"model.layers": [first, *as_dict(recipe)["model"]["layers"]]}
    return {f"model.layers[{at}].units": widths[at] for at in wide}


def shallow(setup: Setup) -> Edits | Refused:
    """The first two hidden layers of many."""
    if len(hidden_of(setup)) < DEEP:
        return Refused(f"there are fewer than {DEEP} hidden layers")
    model = setup.recipe.model
    if model.layers is None:
        return {"model.hidden": list((model.hidden or ())[:2])}
    layers = as_dict(setup.recipe)["model"]["layers"]
    return {"model.layers": [*layers[:2], layers[-1]]}


def sound_std(layer: Layer, inputs: int) -> float:
    """The standard deviation of He before ReLU and its kin, of Glorot before others."""
    kin = layer.activation.name in ("relu", "leaky_relu", "prelu", "elu", "gelu", "silu")
    return math.sqrt(2 / inputs) if kin else math.sqrt(2 / (inputs + layer.units))


def stated_std(layer: Layer) -> float | None:
    """That of the weights where the recipe states numbers; None where a rule draws them."""
    name, args = layer.init.name, layer.init.args
    gain = layer.init_gain if isinstance(layer.init_gain, float | int) else 1.0
    if name in ("normal", "truncated_normal"):
        return gain * math.hypot(args[0], args[1])
    if name == "uniform":
        return gain * math.sqrt((args[0] ** 2 + args[0] * args[1] + args[1] ** 2) / 3)
    if name in EQUAL:
        return gain * abs({"zeros": 0.0, "ones": 1.0}.get(name, args[0] if args else 0.0))
    return None


def weight_ratios(setup: Setup) -> list[float | None]:
    """Per layer the stated standard deviation, or that of saved weights, over the sound one."""
    ratios: list[float | None] = []
    inputs, saved = setup.trainable.inputs, _saved(setup)
    for at, layer in enumerate(layers_of(setup)):
        stated = float(np.sqrt(np.mean(saved[at] ** 2))) if saved else stated_std(layer)
        ratios.append(None if stated is None else stated / sound_std(layer, inputs))
        inputs = layer.units
    return ratios


def redrawn(setup: Setup, which: str) -> Edits | Refused:
    """He or Glorot where the stated weights are `which`: constant, large or small."""
    if not _UNSOUND[which](setup):
        return Refused(f"no first weights are stated that are {_STATED[which]}")
    if which != "constant" and _constant(setup):
        return Refused("first weights are all equal, which comes before their size")
    last = layers_of(setup)[-1]
    own = output_edits(setup, {"init": None, "bias_init": None, "init_gain": None})
    output = own if stated_std(last) is not None else {}
    hidden = {"init": None, "init_gain": None}
    if setup.recipe.model.layers is not None:
        hidden["bias_init"] = None
    return {**hidden_edits(setup, hidden), **output}


def unbiased(setup: Setup) -> Edits | Refused:
    """Biases of zero in the hidden layers that start from negative ones."""
    edits = hidden_edits(setup, {"bias_init": None}, _shut)
    return edits or Refused("no hidden layer starts from negative biases")


def _shut(layer: Layer) -> bool:
    name, args = layer.bias_init.name, layer.bias_init.args
    return name == "constant" and min(args, default=0.0) < 0


def _saved(setup: Setup) -> list[Array]:
    """The weights that the recipe names, layer by layer; none where they are drawn."""
    mlp = setup.trainable
    if mlp.start is None:
        return []
    return [w for w in mlp.layout.weights(mlp.effective(mlp.start)) if w.size]


def _constant(setup: Setup) -> bool:
    if saved := _saved(setup):
        return any(w.size > 1 and bool((w == w.flat[0]).all()) for w in saved[:-1])
    return any(layer.init.name in EQUAL for layer in hidden_of(setup))


def _large(setup: Setup) -> bool:
    return any(ratio is not None and ratio > OFF for ratio in weight_ratios(setup))


def _small(setup: Setup) -> bool:
    return any(ratio is not None and ratio < 1 / OFF for ratio in weight_ratios(setup)[:-1])


_UNSOUND: dict[str, Callable[[Setup], bool]] = {
    "constant": _constant,
    "large": _large,
    "small": _small,
}
_STATED = {
    "constant": "equal in a hidden layer",
    "large": f"more than {OFF:g} times those of He or Glorot",
    "small": f"less than 1/{OFF:g} of those of He or Glorot",
}
