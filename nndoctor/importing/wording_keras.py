"""Two recipes as what changes between them in Keras's words."""

import math

from ..recipe import Layer, Recipe, Unit

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
ACTIVATIONS = {"gelu_tanh": "gelu", "hard_tanh": "hard_tanh"}
LAYER_KEYS = {"units", "activation", "norm", "dropout", "bias", "l2"}
DRAWN = {
    **{name: repr(name) for name in ("zeros", "ones", "orthogonal")},
    **{
        f"{by}_{how}": f"'{by}_{how}'"
        for by in ("glorot", "he", "lecun")
        for how in ("normal", "uniform")
    },
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
KERAS_WAY = {"rate_inside", "eps_hat"}
SCALED = {"standardize": "StandardScaler", "minmax": "MinMaxScaler"}

FIT_OWN = {"epochs": 1, "batch_size": 32, "shuffle": True}


def keras_code(
    before: Recipe, old: tuple[Layer, ...], after: Recipe, new: tuple[Layer, ...]
) -> tuple[list[str], set[str]]:
    """Lines from the rows to `fit`, and which keys of a recipe they say."""
    lines, said = [], {"title", "data.task", "data.target_encoding", "training.dtype"}
    for key, name in (("features", "X"), ("target", "y")):
        is_now = getattr(after.data.preprocess, key)
        if is_now != getattr(before.data.preprocess, key) and is_now in SCALED:
            lines.append(f"{name} = {SCALED[is_now]}().fit_transform({name})")
            said.add(f"data.preprocess.{key}")
    if layers(old) != layers(new):
        lines.append(f"model = keras.Sequential([{', '.join(layers(new))}])")
    said |= {f"layer.{key}" for key in LAYER_KEYS} | {"regularization.l2"}
    for key, drawn in (("init", DRAWN), ("bias_init", BIAS_DRAWN)):
        pairs = [(getattr(one, key), getattr(two, key)) for one, two in zip(old, new, strict=False)]
        if all(is_now.name in drawn for was, is_now in pairs if was != is_now):
            said.add(f"layer.{key}")
    (first, _), (optimizer, settings), loss = _optimizer(before), _optimizer(after), _loss(after)
    if (optimizer and optimizer != first) or (loss and loss != _loss(before)):
        optimizer = optimizer or "model.optimizer"
        lines.append(f"model.compile(optimizer={optimizer}, loss={loss or 'model.loss'})")
    said |= settings | ({"loss.name", "loss.from_logits"} if loss else set())
    fit, was = _fit(after), _fit(before)
    changed = {key: value for key, value in fit.items() if value != was[key]}
    said |= {f"training.{key}" for key in fit}
    if changed:
        kept = {key: value for key, value in fit.items() if value != FIT_OWN[key]}
        stated = ", ".join(f"{key}={value}" for key, value in (changed | kept).items())
        lines.append(f"model.fit(X, y, {stated})")
    return lines, said


def _fit(recipe: Recipe) -> dict[str, int | bool]:
    """The arguments of `fit` that the recipe stands for."""
    training = recipe.training
    return {
        "epochs": training.epochs,
        "batch_size": training.batch_size,
        "shuffle": training.shuffle,
    }


def layers(given: tuple[Layer, ...]) -> list[str]:
    """The constructors of a Sequential, in their order."""
    made = []
    for layer in given:
        settings = [str(layer.units)]
        name = ACTIVATIONS.get(layer.activation.name, layer.activation.name)
        if name != "linear" and not layer.norm:
            settings.append(f"activation={name!r}")
        if layer.init.name != "glorot_uniform" and layer.init.name in DRAWN:
            settings.append(f"kernel_initializer={_drawn(layer.init)}")
        if not layer.bias:
            settings.append("use_bias=False")
        elif layer.bias_init.name != "zeros" and layer.bias_init.name in BIAS_DRAWN:
            settings.append(f"bias_initializer={_drawn(layer.bias_init)}")
        if layer.l2:
            settings.append(f"kernel_regularizer=keras.regularizers.L2({layer.l2 / 2:g})")
        made.append(f"Dense({', '.join(settings)})")
        if layer.norm:
            made.append(
                "BatchNormalization()" if layer.norm == "batch_norm" else "LayerNormalization()"
            )
            made += [f"Activation({name!r})"] * (name != "linear")
        if layer.dropout:
            made.append(f"Dropout({layer.dropout:g})")
    return made


def _drawn(unit: Unit) -> str:
    return DRAWN[unit.name].format(*(f"{value:g}" for value in unit.args))


def _optimizer(recipe: Recipe) -> tuple[str, set[str]]:
    """Its constructor, "" where Keras has no such one, and the keys of a recipe that it says."""
    given = recipe.optimizer
    said = {key for key in type(given).model_fields if getattr(given, key) is None} | KERAS_WAY
    if given.name not in OPTIMIZERS:
        return "", {f"optimizer.{key}" for key in said}
    settings = [f"learning_rate={given.learning_rate:g}"]
    said |= {"name", "learning_rate", "nesterov", *OPTIMIZER_SETTINGS}
    own = ITS_OWN.get(given.name, KERAS_OWN)
    for key, word in OPTIMIZER_SETTINGS.items():
        value = getattr(given, key)
        if key == "eps" and given.name == "rmsprop" and value is not None:
            value = value**2  # it stands inside the root there
        if value is not None and not math.isclose(value, own.get(key, 0.0)):
            settings.append(f"{word}={value:g}")
    if given.name == "nesterov" or given.nesterov:
        settings.append("nesterov=True")
    if given.name == "amsgrad":
        settings.append("amsgrad=True")
    if given.centered is not None:
        settings += ["centered=True"] * given.centered
        said.add("centered")
    constructor = f"keras.optimizers.{OPTIMIZERS[given.name]}({', '.join(settings)})"
    return constructor, {f"optimizer.{key}" for key in said}


def _loss(recipe: Recipe) -> str:
    """ "" where Keras has no such one."""
    loss = recipe.loss
    logits = f"(from_logits={loss.from_logits})"
    named = {
        "cross_entropy": f"keras.losses.SparseCategoricalCrossentropy{logits}",
        "binary_cross_entropy": f"keras.losses.BinaryCrossentropy{logits}",
        "mse": "'mse'",
        "msle": "'msle'",
        "mae": "'mae'",
        "huber": "'huber'",
        "log_cosh": "'log_cosh'",
    }
    kinds = {"classification": "cross_entropy", "multilabel": "binary_cross_entropy"}
    return named.get(loss.name or kinds.get(str(recipe.data.task), "mse"), "")
