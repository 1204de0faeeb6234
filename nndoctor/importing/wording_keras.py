"""Two recipes as what changes between them in Keras's words."""

import math
from collections.abc import Mapping
from typing import Any

from ..recipe import Layer, Recipe, Unit
from .places import ORDERS

OPTIMIZERS = {
    "sgd": "SGD",
    "momentum": "SGD",
    "nesterov": "SGD",
    "adam": "Adam",
    "amsgrad": "Adam",
    "adamw": "AdamW",
    "adamax": "Adamax",
    "nadam": "Nadam",
    "rmsprop": "RMSprop",
    "adagrad": "Adagrad",
    "adadelta": "Adadelta",
    "lion": "Lion",
}
# by their names; those below take a number
NAMED = {
    "linear", "relu", "sigmoid", "hard_sigmoid", "tanh", "elu", "selu", "softplus", "softsign",
    "silu", "gelu", "mish", "exponential", "softmax", "hard_tanh",
}  # fmt: skip
AS_LAYERS = {
    "leaky_relu": "keras.layers.LeakyReLU(negative_slope={})",
    "prelu": "keras.layers.PReLU(keras.initializers.Constant({}))",
    "elu": "keras.layers.ELU({})",
}
OWN_NUMBERS = {"leaky_relu": (0.01,), "prelu": (0.25,), "elu": (1.0,)}  # of a recipe
LAYER_KEYS = {"units", "norm", "place", "dropout", "bias", "l1", "l2"}
DRAWN = {
    **{name: repr(name) for name in ("zeros", "ones", "orthogonal")},
    **{f"truncated_{by}_normal": f"'{by}_normal'" for by in ("glorot", "he", "lecun")},
    **{
        f"{by}_{how}": f"'{by}_{how}'"
        for by in ("glorot", "he", "lecun")
        for how in ("normal", "uniform")  # its normals are truncated, of the same variance
    },
    "xavier": "'lecun_normal'",
    "constant": "keras.initializers.Constant({})",
    "normal": "keras.initializers.RandomNormal({}, {})",
    "truncated_normal": "keras.initializers.TruncatedNormal({}, {})",
    "uniform": "keras.initializers.RandomUniform({}, {})",
    "fan_in_uniform": "keras.initializers.VarianceScaling(1/3, 'fan_in', 'uniform')",
}
# of one dimension, for which Keras takes the units as its fan
BIAS_DRAWN = {
    name: DRAWN[name]
    for name in ("zeros", "ones", "constant", "normal", "truncated_normal", "uniform")
}
OPTIMIZER_SETTINGS = {
    "momentum": "momentum",
    "beta1": "beta_1",
    "beta2": "beta_2",
    "rho": "rho",
    "eps": "epsilon",
    "weight_decay": "weight_decay",
    "clip_norm": "global_clipnorm",
    "clip_value": "clipvalue",
}
# which need no word
KERAS_OWN = {"beta1": 0.9, "beta2": 0.999, "eps": 1e-7}
ITS_OWN = {"adamw": {**KERAS_OWN, "weight_decay": 0.004}, "lion": {}}
# its way, whatever a recipe says: the velocity takes the rate, eps stands beside the root
KERAS_WAY = {"rate_inside", "eps_hat", "eps_inside"}
NORMS = {"batch_norm": "BatchNormalization", "layer_norm": "LayerNormalization"}
NORM_OWN = {"momentum": 0.99, "epsilon": 1e-3}
MINE: Mapping[str, Any] = {"front": 0, "one_hot": False, "fit": (), "callbacks": {}}
SCALED = {"standardize": "StandardScaler", "minmax": "MinMaxScaler"}

LOSS_SAYS = ("loss.from_logits", "loss.label_smoothing", "loss.delta")
SCHEDULES = ("constant", "exponential", "step", "inverse_time")
STOPS = ("watch", "patience", "min_delta")
FIT_OWN = {"epochs": 1, "batch_size": 32, "shuffle": True}


def keras_code(
    before: Recipe,
    old: tuple[Layer, ...],
    after: Recipe,
    new: tuple[Layer, ...],
    own: Mapping[str, Any] = MINE,
) -> tuple[list[str], set[str]]:
    """Lines from the rows to `fit`, and which keys of a recipe they say.

    `own`: how many layers stand before the first Dense, whether targets are one column a class,
    and what else fit is given.
    """
    lines, said = [], {"title", "data.task", "data.target_encoding", "training.dtype"}
    for key, name in (("features", "X"), ("target", "y")):
        is_now = getattr(after.data.preprocess, key)
        if is_now != getattr(before.data.preprocess, key) and is_now in SCALED:
            lines += _scaled(name, SCALED[is_now], "validation_data" in "".join(own["fit"]))
            said.add(f"data.preprocess.{key}")
    anew = layers(old, before) != layers(new, after)
    if anew:
        front = [f"*model.layers[:{own['front']}]"] * bool(own["front"])
        of_inputs = f"keras.layers.BatchNormalization({_norm('batch_norm', after)})"
        front += [of_inputs] * after.model.input_batch_norm
        lines.append(f"model = keras.Sequential([{', '.join(front + layers(new, after))}])")
    said |= {f"layer.{key}" for key in LAYER_KEYS} | {"regularization.l1", "regularization.l2"}
    if all(_sayable(one.activation) for one in new):
        said.add("layer.activation")
    for key, drawn in (("init", DRAWN), ("bias_init", BIAS_DRAWN)):
        pairs = [(getattr(one, key), getattr(two, key)) for one, two in zip(old, new, strict=False)]
        if all(now.name in drawn for was, now in pairs if was != now):
            said.add(f"layer.{key}")
    (first, _), (optimizer, settings) = _optimizer(before), _optimizer(after)
    loss_was, loss = (_loss(one, own["one_hot"]) for one in (before, after))
    if after.schedule.name in SCHEDULES or after.schedule == before.schedule:
        said |= {f"schedule.{key}" for key in type(after.schedule).model_fields}
    if anew or (optimizer and optimizer != first) or (loss and loss != loss_was):
        optimizer = optimizer or "model.optimizer"
        kept = "model.loss" if loss == loss_was and not anew else loss or "model.loss"
        lines.append(f"model.compile(optimizer={optimizer}, loss={kept})")
    said |= settings | ({"loss.name", *LOSS_SAYS} if loss else set())
    callbacks, callbacks_were = (_callbacks(before, one, own) for one in (after, before))
    if callbacks is not None:
        said |= {"training.early_stopping", *(f"training.early_stopping.{key}" for key in STOPS)}
    fit, fit_was = _fit(after), _fit(before)
    changed = {name: value for name, value in fit.items() if value != fit_was[name]}
    said |= {f"training.{name}" for name in fit}
    if changed or anew or callbacks not in (callbacks_were, None):
        changed |= {name: value for name, value in fit.items() if value != FIT_OWN[name]}
        stated = [f"{name}={value}" for name, value in changed.items()]
        stated += [*own["fit"], *[f"callbacks=[{', '.join(callbacks or ())}]"] * bool(callbacks)]
        lines.append(f"model.fit({', '.join(['X', 'y', *stated])})")
    return lines, said


def _scaled(name: str, scaler: str, beside: bool) -> list[str]:
    """Of rows [N, D], or of targets that may be [N]; `beside`: those of validation_data as well."""
    rows, held = name, f"{name}_val"
    if name == "y":
        rows, held = (f"np.reshape({one}, (len({one}), -1))" for one in (name, held))
    if not beside:
        return [f"{name} = {scaler}().fit_transform({rows})"]
    return [
        f"{name}_scaler = {scaler}().fit({rows})",
        f"{name}, {name}_val = {name}_scaler.transform({rows}), {name}_scaler.transform({held})",
    ]


def _callbacks(before: Recipe, after: Recipe, own: Mapping[str, Any]) -> list[str] | None:
    """Those of fit; None where Keras has no such one."""
    callbacks: list[str] = []
    stopping = after.training.early_stopping
    if after.schedule == before.schedule:
        callbacks += own["callbacks"].get("schedule", [])
    if stopping == before.training.early_stopping:
        return [*callbacks, *own["callbacks"].get("stopping", [])]
    if stopping is None:
        return callbacks
    if stopping.watch == "validation_score":
        return None
    by_loss = stopping.watch == "training_loss"  # which bears an epoch more
    told = "'loss', " if by_loss else ""
    told += f"patience={stopping.patience + by_loss}, min_delta={stopping.min_delta:g}"
    told += ", restore_best_weights=True" * (not by_loss)
    return [*callbacks, f"keras.callbacks.EarlyStopping({told})"]


def _rate(recipe: Recipe) -> str:
    """Of an optimizer: a number, or a schedule over updates."""
    rate, schedule = _number(recipe.optimizer.learning_rate), recipe.schedule
    if schedule.name not in SCHEDULES or schedule.name == "constant" or schedule.per == "epoch":
        return rate
    decay = schedule.decay or 0.0
    told = {
        "exponential": f"ExponentialDecay({rate}, 1, {math.exp(-decay):.10g})",
        "step": f"ExponentialDecay({rate}, {schedule.every}, {schedule.factor}, staircase=True)",
        "inverse_time": f"InverseTimeDecay({rate}, 1, {decay:.6g})",
    }[schedule.name]
    return f"keras.optimizers.schedules.{told}"


def _number(value: float) -> str:
    """With a point: Keras refuses a whole number as a rate or a momentum."""
    told = f"{value:g}"
    return told if "." in told or "e" in told else f"{told}.0"


def _fit(recipe: Recipe) -> dict[str, int | bool]:
    """The arguments of `fit` that the recipe stands for."""
    training = recipe.training
    return {
        "epochs": training.epochs,
        "batch_size": training.batch_size,
        "shuffle": training.shuffle,
    }


def layers(given: tuple[Layer, ...], recipe: Recipe) -> list[str]:
    """The constructors of a Sequential, in their order."""
    made = []
    for layer in given:
        settings, apart = [str(layer.units)], _activation(layer.activation)
        linear = apart == repr("linear")
        between = layer.norm and layer.place == "before_activation"
        if not linear and not between:
            settings.append(f"activation={apart}")
        if layer.init.name != "glorot_uniform" and layer.init.name in DRAWN:
            settings.append(f"kernel_initializer={_drawn(layer.init)}")
        if not layer.bias:
            settings.append("use_bias=False")
        elif layer.bias_init.name != "zeros" and layer.bias_init.name in BIAS_DRAWN:
            settings.append(f"bias_initializer={_drawn(layer.bias_init)}")
        if penalty := _penalty(layer):
            settings.append(f"kernel_regularizer=keras.regularizers.{penalty}")
        made.append(f"keras.layers.Dense({', '.join(settings)})")
        parts = {
            "norm": layer.norm and f"{NORMS[layer.norm]}({_norm(layer.norm, recipe)})",
            "activation": f"Activation({apart})" if between and not linear else "",
            "dropout": layer.dropout and f"Dropout({layer.dropout:g})",
        }
        made += [f"keras.layers.{parts[one]}" for one in ORDERS[layer.place] if parts[one]]
    return made


def _activation(unit: Unit) -> str:
    """As an argument; a name of Keras may have other numbers than one of a recipe."""
    numbers = unit.args or OWN_NUMBERS.get(unit.name, ())
    if unit.name in AS_LAYERS and not (unit.name == "elu" and numbers == (1.0,)):
        return AS_LAYERS[unit.name].format(*(f"{one:g}" for one in numbers))
    return repr(unit.name)


def _sayable(unit: Unit) -> bool:
    return unit.name in NAMED or unit.name in AS_LAYERS


def _penalty(layer: Layer) -> str:
    if layer.l1 and layer.l2:
        return f"L1L2({layer.l1:g}, {layer.l2 / 2:g})"
    return f"L1({layer.l1:g})" if layer.l1 else f"L2({layer.l2 / 2:g})" if layer.l2 else ""


def _norm(name: str, recipe: Recipe) -> str:
    """The arguments of a norm that are not Keras's own."""
    norm = recipe.model.norm
    values = {"momentum": round(1 - norm.momentum, 12), "epsilon": norm.eps}
    taken = values if name == "batch_norm" else {"epsilon": norm.eps}
    return ", ".join(f"{key}={one:g}" for key, one in taken.items() if one != NORM_OWN[key])


def _drawn(unit: Unit) -> str:
    return DRAWN[unit.name].format(*(f"{value:g}" for value in unit.args))


def _optimizer(recipe: Recipe) -> tuple[str, set[str]]:
    """Its constructor, "" where Keras has no such one, and the keys of a recipe that it says."""
    given = recipe.optimizer
    said = {key for key in type(given).model_fields if getattr(given, key) is None} | KERAS_WAY
    if given.name not in OPTIMIZERS:
        return "", {f"optimizer.{key}" for key in said}
    settings = [f"learning_rate={_rate(recipe)}"]
    said |= {"name", "learning_rate", "nesterov", *OPTIMIZER_SETTINGS}
    own = ITS_OWN.get(given.name, KERAS_OWN)
    for key, word in OPTIMIZER_SETTINGS.items():
        value = getattr(given, key)
        if key == "eps" and given.eps_inside is False and value is not None:
            value = value**2  # it stands inside the root there
        if key == "eps" and given.name == "adagrad" and value is not None:
            begun = max(value - KERAS_OWN["eps"], 0.0)
            if not math.isclose(begun, 0.1):
                settings.append(f"initial_accumulator_value={begun:g}")
            value = min(value, KERAS_OWN["eps"])
        if value is not None and not math.isclose(value, own.get(key, 0.0)):
            settings.append(f"{word}={_number(value)}")
    if given.name == "nesterov" or given.nesterov:
        settings.append("nesterov=True")
    if given.name == "amsgrad":
        settings.append("amsgrad=True")
    if given.centered is not None:
        settings += ["centered=True"] * given.centered
        said.add("centered")
    constructor = f"keras.optimizers.{OPTIMIZERS[given.name]}({', '.join(settings)})"
    return constructor, {f"optimizer.{key}" for key in said}


def _loss(recipe: Recipe, one_hot: bool) -> str:
    """ "" where Keras has no such one."""
    loss = recipe.loss
    settings = [f"from_logits={loss.from_logits}"]
    settings += [f"label_smoothing={loss.label_smoothing:g}"] * bool(loss.label_smoothing)
    if loss.label_smoothing and loss.name == "cross_entropy" and not one_hot:
        return ""  # the sparse one has none
    written = f"({', '.join(settings)})"
    delta = loss.delta or 1.0
    named = {
        "cross_entropy": f"keras.losses.{'Sparse' * (not one_hot)}CategoricalCrossentropy{written}",
        "binary_cross_entropy": f"keras.losses.BinaryCrossentropy{written}",
        "mse": "'mse'",
        "msle": "'msle'",
        "mae": "'mae'",
        "huber": "'huber'" if delta == 1 else f"keras.losses.Huber({delta:g})",
        "log_cosh": "'log_cosh'",
    }
    kinds = {"classification": "cross_entropy", "multilabel": "binary_cross_entropy"}
    return named.get(loss.name or kinds.get(str(recipe.data.task), "mse"), "")
