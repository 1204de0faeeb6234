"""Changes of the hidden layers: activations, depth, width, first weights."""

import math
from typing import Any

from ...recipe import Layer, as_dict
from ...setup import Setup
from .editing import Ladder, hidden_edits, hidden_of, ladder, layers_of, output_edits

SATURATING = {"sigmoid", "hard_sigmoid", "clipped_sigmoid", "tanh", "hard_tanh", "softsign"}
UNFIT = {"sigmoid", "hard_sigmoid", "clipped_sigmoid", "softmax", "exponential"}
KINDS = {"linear": {"linear"}, "unfit": UNFIT, "saturating": SATURATING, "relu": {"relu"}}
EQUAL = {"zeros", "ones", "constant"}
DEEP = 4  # hidden layers
LEAST, MOST = 32, 256
OFF = 2.0  # times or part of the sound standard deviation


def _activations(setup: Setup, names: set[str], then: str) -> Ladder:
    """Another activation in the hidden layers that have one of those, with its own weights."""
    edits = hidden_edits(
        setup, {"activation": then, "init": None}, lambda layer: layer.activation.name in names
    )
    return ladder(edits)


def activation_by(setup: Setup, which: str, by: str) -> Ladder:
    """Another activation in hidden layers of a kind; the weights are drawn anew for it.

    A unit that ends in ReLU and puts the network's numbers out can die as well.
    """
    if which == "relu":
        names = KINDS[which]
        edits = hidden_edits(setup, {"activation": by}, lambda one: one.activation.name in names)
        if layers_of(setup)[-1].activation.name in names:
            edits |= output_edits(setup, {"activation": by})
        return ladder(edits)
    return _activations(setup, KINDS[which], by)


def normalised(setup: Setup, saturating: bool) -> Ladder:
    """Batch norm in each hidden layer; with `saturating` also ReLU where they saturate."""
    hidden = hidden_of(setup)
    if len(hidden) < 2 or any(layer.norm for layer in hidden):
        return []
    norm = hidden_edits(setup, {"batch_norm": True})
    relu = activation_by(setup, "saturating", "relu")
    if saturating:
        return [{**norm, **edits} for edits in relu]
    return [norm]


def wider(setup: Setup, factor: int) -> Ladder:
    """Hidden layers so many times as wide, or one where there is none."""
    recipe, hidden = setup.recipe, hidden_of(setup)
    table = as_dict(recipe)["model"]
    widths = [min(max(factor * layer.units, LEAST), max(MOST, layer.units)) for layer in hidden]
    if hidden and all(layer.units == wide for layer, wide in zip(hidden, widths, strict=True)):
        return []
    if recipe.model.layers is None:
        return [{"model.hidden": widths or [2 * LEAST]}]
    if not hidden:
        first: dict[str, Any] = {"units": 2 * LEAST, "activation": "relu"}
        return [{"model.layers": [first, *table["layers"]]}]
    return [{f"model.layers[{at}].units": wide for at, wide in enumerate(widths)}]


def shallow(setup: Setup) -> Ladder:
    """The first two hidden layers of many."""
    if len(hidden_of(setup)) < DEEP:
        return []
    model = setup.recipe.model
    if model.layers is None:
        return [{"model.hidden": list((model.hidden or ())[:2])}]
    layers = as_dict(setup.recipe)["model"]["layers"]
    return [{"model.layers": [*layers[:2], layers[-1]]}]


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
    """Per layer the stated standard deviation over the sound one."""
    ratios: list[float | None] = []
    inputs = setup.trainable.inputs
    for layer in layers_of(setup):
        stated = stated_std(layer)
        ratios.append(None if stated is None else stated / sound_std(layer, inputs))
        inputs = layer.units
    return ratios


def _redrawn(setup: Setup) -> Ladder:
    last = layers_of(setup)[-1]
    own = output_edits(setup, {"init": None, "bias_init": None, "init_gain": None})
    output = own if stated_std(last) is not None else {}
    hidden = {"init": None, "init_gain": None}
    if setup.recipe.model.layers is not None:
        hidden["bias_init"] = None
    return ladder({**hidden_edits(setup, hidden), **output})


def different_weights(setup: Setup) -> Ladder:
    """He or Glorot where all weights of a hidden layer are equal."""
    equal = any(layer.init.name in EQUAL for layer in hidden_of(setup))
    return _redrawn(setup) if equal else []


def smaller_weights(setup: Setup) -> Ladder:
    """He or Glorot where stated numbers are much larger."""
    high = any(ratio is not None and ratio > OFF for ratio in weight_ratios(setup))
    return [] if different_weights(setup) or not high else _redrawn(setup)


def larger_weights(setup: Setup) -> Ladder:
    """He or Glorot where stated numbers of hidden layers are much smaller."""
    low = any(ratio is not None and ratio < 1 / OFF for ratio in weight_ratios(setup)[:-1])
    return [] if different_weights(setup) or not low else _redrawn(setup)
