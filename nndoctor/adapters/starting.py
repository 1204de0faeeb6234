"""The first parameters of an MLP: drawn, fitted to a sample where asked for, times the gain."""

import numpy as np

from ..engine.applying import activate, normalised
from ..engine.gains import gain
from ..engine.initializers import INITIALIZERS
from ..engine.weight_norm import fit, lengths_of
from ..errors import RecipeError
from ..trainable import Array
from .configuration import Configuration
from .dense import Dense


def initial(setup: Configuration, seed: int) -> Array:
    """theta [P], drawn in float64 whatever the precision; RecipeError where rows to fit to lack."""
    if setup.start is not None:
        return np.array(setup.start, setup.dtype)
    theta = np.zeros(setup.layout.parameters)
    rng = np.random.default_rng(np.random.SeedSequence([seed, 1]))
    form = setup.layout
    views = zip(form.weights(theta), form.bias(theta), strict=True)
    more = zip(form.gain_and_shift(theta), form.learnt(theta), strict=True)
    lengths = form.lengths(theta)
    for layer, (normed, learnt) in zip(setup.layers, more, strict=True):
        normed[:1], learnt[:] = 1.0, layer.setting
    value = None if setup.sample is None else setup.sample.astype(np.float64)
    for name, layer, (w, b), g in zip(setup.names, setup.layers, views, lengths, strict=True):
        if not layer.linear:
            value = None if value is None else normalised(layer.norm, value)
            continue
        unit = INITIALIZERS[layer.init.name]
        for values, drawn in ((w, layer.init), (b, layer.bias_init)):
            draw = INITIALIZERS[drawn.name].draw
            values[...] = draw(rng, values.shape, *w.shape, *drawn.settings)
        if setup.prior and name == setup.names[-1]:
            b[...] = setup.prior
        bias = b if layer.bias else 0.0
        if unit.fit:
            unit.fit(w, bias, _rows(value, name, f"init {unit.name}", "init orthogonal"))
        w *= _gain(layer)
        if layer.weight_norm:
            g[:] = lengths_of(w)
        if layer.weight_norm == "data":
            rows = _rows(value, name, "weight_norm data", "weight_norm true")
            fit(w, g, b, rows, _gain(layer))
        if value is not None:
            with np.errstate(all="ignore"):  # the checks name it, not a warning
                effective = w * (g / lengths_of(w)) if layer.weight_norm == "data" else w
                z = normalised(layer.norm, value @ effective + bias)
            value = activate(layer.activation.name, layer.activation.settings, z)
    return theta.astype(setup.dtype)


def _rows(value: Array | None, name: str, what: str, other: str) -> Array:
    if value is None:
        raise RecipeError(
            f"{name}: {what} needs rows to scale its weights by",
            f"set sample to some training rows, or take {other}, which needs none",
        )
    return value


def _gain(layer: Dense) -> float:
    name, settings = layer.activation.name, layer.activation.settings
    chosen = gain(name, settings) if layer.gain == "activation" else float(layer.gain)
    walk = INITIALIZERS[layer.init.name].gain
    return chosen * walk(name, settings, layer.units) if walk else chosen
